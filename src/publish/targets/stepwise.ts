import { hash } from 'node:crypto';
import { heartbeatName, homeName } from '#publish/staticFile.ts';
import type { SiteFile, StaticSite } from '#publish/staticSite.ts';
import { manifestFile, manifestName, namesInManifest } from './manifest.ts';
import { type Held, type Target, TargetError } from './target.ts';

/** A host that takes files one by one: each is replaced whole or not at all. */
export type Host = {
  /** A small file; null when it is not there. */
  read(name: string, signal: AbortSignal): Promise<Buffer | null>;
  /** Puts files in any order and calls `placed` as each is there. */
  put(files: readonly SiteFile[], placed: (file: SiteFile) => void, signal: AbortSignal): Promise<void>;
  /** Removes files, and folders that are empty then. What is not there is no error. */
  remove(names: readonly string[], signal: AbortSignal): Promise<void>;
};

/** These have a moment of their own. */
const apart: ReadonlySet<string> = new Set([homeName, heartbeatName, manifestName]);

/**
 * The heartbeat is what was put last: while the host has the one that we remember, nobody else has written there. Until
 * the first is there, the manifest speaks for it. Otherwise the manifest is believed for names, and nothing for content.
 */
async function believe(host: Host, held: Held, signal: AbortSignal): Promise<void> {
  const isRemembered = (name: string, bytes: Buffer | null) =>
    bytes !== null && hash('sha256', bytes) === held.get(name);
  const heartbeat = await host.read(heartbeatName, signal);
  if (isRemembered(heartbeatName, heartbeat)) return;
  const manifest = await host.read(manifestName, signal);
  if (heartbeat === null && !held.get(heartbeatName) && isRemembered(manifestName, manifest)) return;
  held.clear();
  const names = manifest === null ? null : namesInManifest(manifest);
  if (names === null && (await host.read(homeName, signal)) !== null)
    throw new TargetError(
      `There is a site already that is not ours, ${homeName} without ${manifestName}: name an empty place, or empty this one.`,
    );
  for (const name of names ?? []) held.set(name, '');
}

async function steps(host: Host, { files }: StaticSite, held: Held, signal: AbortSignal): Promise<void> {
  const isDue = ({ name, hash: wanted }: SiteFile) => held.get(name) !== wanted;
  async function put(wanted: readonly (SiteFile | undefined)[]): Promise<void> {
    const due = wanted.filter((file) => file !== undefined).filter(isDue);
    if (due.length === 0) return;
    // Until each is known to be there, it may be the old one or the new one.
    for (const { name } of due) held.set(name, '');
    await host.put(due, ({ name, hash: placed }) => held.set(name, placed), signal);
  }
  const others = [...files.values()].filter(({ name }) => !apart.has(name));
  const fresh = others.filter(({ name }) => !held.has(name));
  const changed = others.filter(({ name }) => held.has(name));
  const gone = [...held.keys()].filter((name) => !files.has(name) && name !== manifestName);
  // Named before they are there, and as long as they are there: what we put can always be found again.
  const isNamed = [...files.keys()].every((name) => held.has(name));
  if (!isNamed || !held.get(manifestName)) await put([manifestFile([...held.keys(), ...files.keys()])]);
  // Nothing links to what is new before it is there, and nothing to what is gone when it goes.
  await put(fresh);
  await put(changed);
  await put([files.get(homeName)]);
  if (gone.length > 0) {
    for (const name of gone) held.set(name, '');
    await host.remove(gone, signal);
    for (const name of gone) held.delete(name);
    await put([manifestFile(files.keys())]);
  }
  await put([files.get(heartbeatName)]);
}

/** The target that a host of single files is. */
export function stepwise(host: Host): Target {
  return {
    async sync(site, held, signal) {
      await believe(host, held, signal);
      await steps(host, site, held, signal);
    },
  };
}
