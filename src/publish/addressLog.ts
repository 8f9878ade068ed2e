import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { replaceFile } from './pageFile.ts';

/**
 * Which addresses have a file, and the key that each was rendered under: a line for every change, JSON, the last one of
 * an address holds. `["/a","k"]` says that the file of `/a` was rendered under `k`; `["/a",""]` that it is being
 * written, so that nobody knows which of two it is; `["/a"]` that it is gone. The first line says whether the list is
 * whole. A last line without its end was cut off and counts for nothing; a line that cannot be read before it makes the
 * whole log worthless, and everything is rendered again.
 */
export type AddressLog = {
  /** Reads what is there. False when no whole list was: addresses that it does not name may have a file too. */
  load(): Promise<boolean>;
  has(address: string): boolean;
  /** Undefined for what it does not know; empty for what is in doubt. */
  keyOf(address: string): string | undefined;
  addresses(): IterableIterator<string>;
  /** Files of these are about to be written. */
  doubt(addresses: readonly string[]): Promise<void>;
  /** They are written, and the others are gone. */
  settle(written: readonly (readonly [address: string, key: string])[], gone: readonly string[]): Promise<void>;
  /** From now on what it does not name has no file. */
  makeWhole(): Promise<void>;
};

type Line = readonly [address: string, key?: string];

const headOf = (isWhole: boolean) => `{"addresses":1,"whole":${isWhole}}`;
/** Lines that are read or written before others have their turn. */
const slice = 2_000;
/** Lines that may be outdated before the log is written anew. */
const slack = 5_000;

function parseLine(text: string): Line | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value) || value.length < 1 || value.length > 2) return null;
    const [address, key] = value;
    if (typeof address !== 'string' || (key !== undefined && typeof key !== 'string')) return null;
    return key === undefined ? [address] : [address, key];
  } catch {
    return null;
  }
}

/** @param path of the file; nothing is read before `load` */
export function createAddressLog(path: string): AddressLog {
  const keys = new Map<string, string>();
  let lines = 0;
  let isWhole = false;
  /** What is in the file cannot be built upon: it is written anew before anything is added. */
  let isUnsound = true;

  function take([address, key]: Line): void {
    lines++;
    if (key === undefined) keys.delete(address);
    else keys.set(address, key);
  }

  async function rewrite(): Promise<void> {
    const text = [headOf(isWhole)];
    for (const line of keys) {
      text.push(JSON.stringify(line));
      if (text.length % slice === 0) await nextTurn();
    }
    await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, `${text.join('\n')}\n`);
    lines = keys.size;
    isUnsound = false;
  }

  async function append(news: readonly Line[]): Promise<void> {
    for (const line of news) take(line);
    if (isUnsound || lines > keys.size * 2 + slack) return rewrite();
    isUnsound = true;
    await appendFile(path, news.map((line) => `${JSON.stringify(line)}\n`).join(''), { flush: true });
    isUnsound = false;
  }

  async function parse(text: string): Promise<boolean> {
    const [head, ...rest] = text.split('\n');
    // What follows the last line break is nothing, or cut off.
    const end = rest.pop();
    if (head !== headOf(true) && head !== headOf(false)) return false;
    for (const [index, each] of rest.entries()) {
      const line = parseLine(each);
      if (line === null) return false;
      take(line);
      if (index % slice === slice - 1) await nextTurn();
    }
    isUnsound = end !== '';
    isWhole = head === headOf(true);
    return true;
  }

  return {
    async load() {
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      });
      if (text !== null && !(await parse(text))) {
        keys.clear();
        throw new Error('it cannot be read as a list of addresses');
      }
      return isWhole;
    },
    has: (address) => keys.has(address),
    keyOf: (address) => keys.get(address),
    addresses: () => keys.keys(),
    doubt: (addresses) => append(addresses.map((address) => [address, ''])),
    settle: (written, gone) => append([...written, ...gone.map((address): Line => [address])]),
    async makeWhole() {
      if (isWhole) return;
      isWhole = true;
      isUnsound = true;
      await rewrite();
    },
  };
}
