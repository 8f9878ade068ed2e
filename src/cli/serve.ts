import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot, readConfig, readPlaces } from '#config';
import { StartError } from '#core/error.ts';
import { ensureBuild } from '../build.ts';
import { startDemo } from '../demo/demo.ts';
import type { StartOptions } from '../server.ts';
import { say } from './output.ts';

type Entrance = StartOptions['entrance'];

/** Starts the built server in this process, so that signals reach it. */
async function serveBuilt(options: StartOptions, beforeBuild: () => void): Promise<void> {
  await ensureBuild(packageRoot, say, { before: beforeBuild });
  const entry: { start(options: StartOptions): Promise<void> } = await import(
    pathToFileURL(join(packageRoot, 'dist/server/entry.mjs')).href
  );
  await entry.start(options);
}

/**
 * Starts the sample platform and the server that watches it.
 * @throws StartError when the data folder or database may hold somebody's real incidents
 */
export async function serveDemo(entrance: Entrance = null): Promise<void> {
  const { dataDir, isFreeForDemo } = readPlaces();
  if (!isFreeForDemo)
    throw new StartError(
      `The sample platform would mix with what is kept already. Put your status.yaml in place (STATUS_CONFIG), or give the sample a folder of its own: DATA_DIR=./sample and no DATABASE_URL.`,
    );
  const demo = await startDemo(dataDir);
  const { statusConfigPath, egressAllow } = demo;
  try {
    await serveBuilt(
      { overrides: { statusConfigPath, egressAllow, demo: true }, onStop: demo.stop, entrance },
      () => {},
    );
  } catch (error) {
    await demo.stop();
    throw error;
  }
}

/** Starts the server; without a status.yaml, on the sample platform. */
export async function serve(entrance: Entrance): Promise<void> {
  if (!readPlaces().hasStatus) return serveDemo(entrance);
  // Mistakes are told before the build, which takes its time.
  await serveBuilt({ entrance }, () => void readConfig());
}
