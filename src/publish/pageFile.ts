import { hash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Content, type Page, restorePage } from './bytes.ts';
import { pageKinds } from './headers.ts';

/**
 * One file an address, named by the hash of the address: a line with the hash of all that follows, a line with what the
 * page is (JSON), and its brotli body. The other encodings are made from that when it is read.
 */

/** What the second line says besides the content's own facts. */
type Head = Content & { address: string; key: string };

/** What is kept of a page: the page, and the key it was rendered under. */
export type KeptPage = { page: Page; key: string };

/** The name of the file of an address, without its folder. */
export function nameOf(address: string): string {
  return hash('sha256', address);
}

/** The folder that all pages are below of; two letters of the name are a folder of their own. */
export const pagesDir = (dir: string): string => join(dir, 'pages');

/** Where the page of an address is kept. */
export function pathOf(dir: string, address: string): string {
  const name = nameOf(address);
  return join(pagesDir(dir), name.slice(0, 2), name);
}

const digestOf = (data: Buffer) => hash('sha256', data, 'base64url');

/** The content of the file of a page. */
function packPage(address: string, { page, key }: KeptPage): Buffer {
  const { kind, contentType, policy, changedAt, staleBody, bodies } = page;
  const head: Head = { address, key, kind, contentType, policy, changedAt, staleBody };
  const rest = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), bodies.br]);
  return Buffer.concat([Buffer.from(`${digestOf(rest)}\n`), rest]);
}

/** Whoever passes the digest was written by this program: what is left to ask is whether by a version that we know. */
function isHead(value: Partial<Head>): value is Head {
  const { address, key, kind, contentType, policy, changedAt, staleBody } = value;
  const texts = [address, key, contentType, policy];
  return (
    texts.every((text) => typeof text === 'string') &&
    pageKinds.some((known) => known === kind) &&
    Number.isInteger(changedAt) &&
    (staleBody === null || typeof staleBody === 'string')
  );
}

/**
 * Reads the content of a file back.
 * @throws when it is not, byte for byte, what was once written for this address
 */
async function unpackPage(address: string, packed: Buffer): Promise<KeptPage> {
  const restStart = packed.indexOf('\n') + 1;
  const rest = packed.subarray(restStart);
  if (digestOf(rest) !== packed.toString('utf8', 0, restStart - 1))
    throw new Error('its content does not match its hash');
  const bodyStart = rest.indexOf('\n') + 1;
  const head = JSON.parse(rest.toString('utf8', 0, bodyStart));
  if (!isHead(head) || head.address !== address) throw new Error(`it is not the page of ${address}`);
  return { page: await restorePage(head, rest.subarray(bodyStart)), key: head.key };
}

/** Renamed into place only when it is on the disk: a power cut leaves the old file or the new one. */
export async function replaceFile(path: string, data: Buffer | string): Promise<void> {
  await writeFile(`${path}.new`, data, { flush: true });
  await rename(`${path}.new`, path);
}

/** Writes the page of an address over what was there. */
export async function writePage(dir: string, address: string, kept: KeptPage): Promise<void> {
  const path = pathOf(dir, address);
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, packPage(address, kept));
}

/**
 * Reads the page of an address; null where there is none.
 * @throws when there is one and it is damaged or cannot be read
 */
export async function readPage(dir: string, address: string): Promise<KeptPage | null> {
  try {
    return await unpackPage(address, await readFile(pathOf(dir, address)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
