import { ensureBuild } from '../../src/build.ts';

/** Before any test: the product as it will run. Built only when the source has changed. */
export async function setup(): Promise<void> {
  await ensureBuild(new URL('../..', import.meta.url).pathname, (line) => process.stderr.write(`${line}\n`));
}
