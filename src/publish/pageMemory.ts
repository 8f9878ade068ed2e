import { type Page, weightOf } from './bytes.ts';

/** Pages that are asked for often, up to a number of bytes. */
export type PageMemory = {
  /** Found pages count as asked for; nothing is allocated. */
  get(address: string): Page | undefined;
  has(address: string): boolean;
  /** Takes a page in and lets others go where it has to. */
  set(address: string, page: Page): void;
  delete(address: string): void;
  /** Bytes that it holds now. */
  bytes(): number;
};

type Entry = { page: Page; bytes: number; asked: boolean };

/**
 * Second chance: what was asked for since the last look is passed over once. Cheaper on the reader's way than an exact
 * order of use, and as good.
 * @param isPinned true for what is never let go of, though it may exceed the limit
 */
export function createPageMemory(limitBytes: number, isPinned: (address: string) => boolean): PageMemory {
  const entries = new Map<string, Entry>();
  let bytes = 0;

  function remove(address: string): void {
    const entry = entries.get(address);
    if (!entry) return;
    entries.delete(address);
    bytes -= entry.bytes;
  }

  function makeRoom(): void {
    // Twice around at most: once to forget who asked, once to let go.
    let looks = entries.size * 2;
    for (const [address, entry] of entries) {
      if (bytes <= limitBytes || looks-- <= 0) return;
      if (!entry.asked && !isPinned(address)) {
        remove(address);
        continue;
      }
      entry.asked = false;
      entries.delete(address);
      entries.set(address, entry);
    }
  }

  return {
    get(address) {
      const entry = entries.get(address);
      if (!entry) return undefined;
      entry.asked = true;
      return entry.page;
    },
    has: (address) => entries.has(address),
    set(address, page) {
      remove(address);
      const entry = { page, bytes: weightOf(page), asked: true };
      entries.set(address, entry);
      bytes += entry.bytes;
      makeRoom();
    },
    delete: remove,
    bytes: () => bytes,
  };
}
