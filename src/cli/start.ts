import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { packageRoot, readConfig, readPlaces } from '#config';
import { StartError } from '#core/error.ts';
import { ensureBuild } from '../build.ts';
import { startDemo } from '../demo/demo.ts';
import type { StartOptions } from '../server.ts';
import { command } from './command.ts';
import { say } from './output.ts';

/** Starts the built server in this process, so that signals reach it. */
async function serve(options: StartOptions = {}): Promise<void> {
  // Left to itself, V8 collects late: this halves what the process holds beside what lives, for a little more work.
  setFlagsFromString('--optimize-for-size');
  await ensureBuild(packageRoot, say);
  const entry: { start(options: StartOptions): Promise<void> } = await import(
    pathToFileURL(join(packageRoot, 'dist/server/entry.mjs')).href
  );
  await entry.start(options);
}

/**
 * Starts the sample platform and the server that watches it.
 * @throws StartError when the data folder or database may hold somebody's real incidents
 */
export async function serveDemo(): Promise<void> {
  const { dataDir, isFreeForDemo } = readPlaces();
  if (!isFreeForDemo)
    throw new StartError(
      `The sample platform would mix with what is kept already. Put your status.yaml in place (STATUS_CONFIG), or give the sample a folder of its own: DATA_DIR=./sample and no DATABASE_URL.`,
    );
  const demo = await startDemo(dataDir);
  const { statusConfigPath, egressAllow } = demo;
  try {
    await serve({ overrides: { statusConfigPath, egressAllow, demo: true }, onStop: demo.stop });
  } catch (error) {
    await demo.stop();
    throw error;
  }
}

export const start = command({
  meta: { name: 'start', description: 'Start the server; without a status.yaml, on a sample platform' },
  examples: ['intermission start', 'PORT=8080 STATUS_CONFIG=/etc/intermission/status.yaml intermission start'],
  async run() {
    if (!readPlaces().hasStatus) return serveDemo();
    // Mistakes are told before the build, which takes its time.
    readConfig();
    await serve();
  },
});
