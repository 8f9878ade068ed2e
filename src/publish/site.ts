import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type AddressLog, createAddressLog } from './addressLog.ts';
import type { Page } from './bytes.ts';
import { createDebt, type Debt } from './debt.ts';
import { type Beat, beatAtOf, heartbeatAddress, pageOfBeat } from './heartbeat.ts';
import { removeOrphans } from './orphans.ts';
import { type KeptPage, pathOf, readPage, writePage } from './pageFile.ts';
import { createPageMemory } from './pageMemory.ts';
import { inTurns } from './turns.ts';

/** A page that becomes public, with the key it was rendered under. */
export type News = KeptPage & { address: string };

/**
 * What visitors are answered from. What is urgent or often asked for is in memory, the rest in a file an address (see
 * pageFile.ts), and a log of addresses knows what there is (see addressLog.ts).
 */
export type Site = {
  /** When everything in it was last known to be true; 0 before the first publish. */
  readonly heartbeatAt: number;
  /** The page of an address: at once from memory, or a moment later from disk; null where there is none to give. */
  find(address: string): Page | Promise<Page | null> | null;
  /** True when the address is public, whether its page can be given or not. */
  isPublic(address: string): boolean;
  /** The page, if it is in memory. */
  peek(address: string): Page | undefined;
  /** The page as it was last put, wherever it is, for whoever makes the next one: memory takes no notice. */
  recall(address: string): Promise<Page | null>;

  /** Reads the log of addresses, once. Until then, and where none was whole, every address is looked for on disk. */
  learn(): Promise<void>;
  /** The key of what is public; undefined where nothing is known to be. */
  keyOf(address: string): string | undefined;
  /**
   * What changes with the page of a public address, also while nobody has it in memory: its key, and where pages are
   * made anew under the same key, which only what stays in memory is, what is in it.
   */
  stampOf(address: string): string;
  /** Everything that is known to be public, but the heartbeat, which is the site's own. */
  addresses(): string[];
  /** What stays in memory, whoever asks. */
  pin(addresses: ReadonlySet<string>): void;
  /** True for what is in memory or will be once it is put. */
  isKept(address: string): boolean;
  /** Makes pages public, all at once; the disk is owed them. */
  put(news: readonly News[]): void;
  /** Says when everything public was true. */
  beat(beat: Beat): void;
  /** Takes pages back; the disk is owed that too. */
  withdraw(addresses: readonly string[]): void;
  /**
   * Writes what the disk is owed. One call at a time.
   * @throws when the disk refuses; it is owed all the same
   */
  save(): Promise<void>;
  /** Bytes of pages that only memory has. */
  owedBytes(): number;
  /** Everything public has been put: what else the disk has is removed. Not beside `save`. */
  tidy(): Promise<void>;
  /** Calls back when a page turned out to be damaged. It counts as in doubt then, and is to be put again. */
  onLoss(listener: () => void): void;
};

export type SiteOptions = {
  /** The folder that it is kept in. */
  dir: string;
  log: Logger;
  /** Bytes of pages in memory, those that are pinned or owed to the disk not counted. */
  memoryBytes?: number;
};

/** A thousand pages of usual size. */
const usualMemoryBytes = 64 * 2 ** 20;

async function loadLog(names: AddressLog, log: Logger): Promise<boolean> {
  try {
    return await names.load();
  } catch (error) {
    log.warn({ err: error }, 'the list of published pages cannot be read; everything is rendered again');
    return false;
  }
}

async function loadBeat(dir: string, log: Logger): Promise<{ page: Page; at: number } | null> {
  try {
    const kept = await readPage(dir, heartbeatAddress);
    return kept && { page: kept.page, at: beatAtOf(kept.page) };
  } catch (error) {
    log.warn({ err: error }, 'the heartbeat of the published site cannot be read; its pages say that they may be old');
    return null;
  }
}

/**
 * Brings the disk up to date. Whenever the process dies meanwhile, each file is the old one or the new one, the log
 * doubts those of which nobody can tell, and the heartbeat is not newer than any page.
 */
async function writeBatch(dir: string, names: AddressLog, batch: readonly Debt[]): Promise<void> {
  const [beats, others] = [batch.filter(isBeat), batch.filter((each) => !isBeat(each))];
  const pages = others.flatMap(([address, kept]) => (kept ? [{ address, kept }] : []));
  const gone = others.flatMap(([address, kept]) => (kept ? [] : [address]));
  if (pages.length > 0) await names.doubt(pages.map(({ address }) => address));
  await inTurns(gone, (address) => rm(pathOf(dir, address), { force: true }));
  await inTurns(pages, ({ address, kept }) => writePage(dir, address, kept));
  if (others.length > 0)
    await names.settle(
      pages.map(({ address, kept }) => [address, kept.key]),
      gone,
    );
  for (const [address, kept] of beats) if (kept) await writePage(dir, address, kept);
}

const isBeat = ([address]: Debt) => address === heartbeatAddress;

/** Opens the last good site. Nothing but its heartbeat is read, and nothing that is on the disk makes it fail. */
export async function openSite({ dir, log, memoryBytes = usualMemoryBytes }: SiteOptions): Promise<Site> {
  let pinned: ReadonlySet<string> = new Set();
  const isPinned = (address: string) => address === heartbeatAddress || pinned.has(address);
  const memory = createPageMemory(memoryBytes, isPinned);
  const isKept = (address: string) => isPinned(address) || memory.has(address);
  const names = createAddressLog(join(dir, 'addresses.log'));
  const owed = createDebt();
  const doubted = new Set<string>();
  const loading = new Map<string, Promise<Page | null>>();
  let learning: Promise<void> | null = null;
  let isWhole = false;
  let lost = () => {};
  const last = await loadBeat(dir, log);
  let heartbeatAt = last?.at ?? 0;
  if (last) memory.set(heartbeatAddress, last.page);

  function doubt(address: string, error: Error): null {
    log.warn({ err: error, address }, 'a published page on disk is damaged; it is rendered again');
    doubted.add(address);
    lost();
    return null;
  }

  async function read(address: string): Promise<Page | null> {
    try {
      const kept = await readPage(dir, address);
      if (kept === null) return names.has(address) ? doubt(address, new Error('its file is missing')) : null;
      if (names.keyOf(address) !== kept.key && names.keyOf(address)) doubt(address, new Error('it is another version'));
      return kept.page;
    } catch (error) {
      return doubt(address, error instanceof Error ? error : new Error(String(error)));
    }
  }

  function load(address: string): Promise<Page | null> {
    const own: Promise<Page | null> = read(address).then((page) => {
      // It was put anew, or taken back, while its old file was read.
      if (loading.get(address) !== own) return find(address);
      loading.delete(address);
      if (page) memory.set(address, page);
      return page;
    });
    loading.set(address, own);
    return own;
  }

  function find(address: string): Page | Promise<Page | null> | null {
    const known = memory.get(address);
    if (known) return known;
    const waiting = owed.get(address);
    if (waiting !== undefined) return waiting?.page ?? null;
    if (isWhole && !names.has(address)) return null;
    return loading.get(address) ?? load(address);
  }

  function put(address: string, kept: KeptPage): void {
    loading.delete(address);
    doubted.delete(address);
    owed.set(address, kept);
    if (isKept(address)) memory.set(address, kept.page);
  }

  const peek = (address: string) => memory.get(address) ?? owed.get(address)?.page;

  function isPublic(address: string): boolean {
    const waiting = owed.get(address);
    return waiting === undefined ? names.has(address) || address === heartbeatAddress : waiting !== null;
  }

  function keyOf(address: string): string | undefined {
    const waiting = owed.get(address);
    if (waiting !== undefined) return waiting?.key;
    return doubted.has(address) ? undefined : names.keyOf(address) || undefined;
  }

  return {
    get heartbeatAt() {
      return heartbeatAt;
    },
    find,
    isPublic,
    peek,
    recall: async (address) => peek(address) ?? (names.has(address) ? read(address) : null),
    learn() {
      learning ??= loadLog(names, log).then((whole) => {
        isWhole = whole;
      });
      return learning;
    },
    keyOf,
    stampOf: (address) => `${keyOf(address) ?? ''}.${isPinned(address) ? (peek(address)?.hash ?? '') : ''}`,
    addresses: () =>
      [...new Set([...names.addresses(), ...owed.addresses()])].filter(
        (address) => address !== heartbeatAddress && isPublic(address),
      ),
    pin(addresses) {
      pinned = addresses;
    },
    isKept,
    put(news) {
      for (const { address, page, key } of news) put(address, { page, key });
    },
    beat(beat) {
      heartbeatAt = beat.at;
      put(heartbeatAddress, { page: pageOfBeat(beat), key: '' });
    },
    withdraw(addresses) {
      for (const address of addresses) {
        loading.delete(address);
        doubted.delete(address);
        memory.delete(address);
        owed.set(address, null);
      }
    },
    async save() {
      const batch = owed.all();
      await writeBatch(dir, names, batch);
      for (const [address, kept] of batch) owed.pay(address, kept);
    },
    owedBytes: owed.bytes,
    async tidy() {
      await names.makeWhole();
      isWhole = true;
      await removeOrphans(dir, [...names.addresses(), heartbeatAddress]);
    },
    onLoss(listener) {
      lost = listener;
    },
  };
}
