import { weightOf } from './bytes.ts';
import type { KeptPage } from './pageFile.ts';

/** What the disk does not know yet: the page of an address, or null where its file is to go. */
export type Debt = [address: string, kept: KeptPage | null];

const bytesOf = (kept: KeptPage | null | undefined) => (kept ? weightOf(kept.page) : 0);

/** What is owed to the disk. Visitors are answered from it until it is paid. */
export function createDebt() {
  const owed = new Map<string, KeptPage | null>();
  let bytes = 0;
  function remove(address: string): void {
    bytes -= bytesOf(owed.get(address));
    owed.delete(address);
  }
  return {
    /** Undefined where nothing is owed. */
    get: (address: string): KeptPage | null | undefined => owed.get(address),
    set(address: string, kept: KeptPage | null): void {
      remove(address);
      owed.set(address, kept);
      bytes += bytesOf(kept);
    },
    /** The disk has it now. What has become public since is owed as before. */
    pay(address: string, kept: KeptPage | null): void {
      if (owed.get(address) === kept) remove(address);
    },
    all: (): Debt[] => [...owed],
    addresses: (): IterableIterator<string> => owed.keys(),
    bytes: (): number => bytes,
  };
}
