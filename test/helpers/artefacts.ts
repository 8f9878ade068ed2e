import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where test runs leave what is to be looked at. */
export const artefacts = join(import.meta.dirname, '../artefacts');

/** Keeps something to be looked at. */
export async function keepArtefact(name: string, content: Uint8Array): Promise<void> {
  await mkdir(artefacts, { recursive: true });
  await writeFile(join(artefacts, name), content);
}
