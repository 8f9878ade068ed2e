import type { CaaRecord, MxRecord, SoaRecord, SrvRecord } from 'node:dns';
import type { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { canonicalAddress } from './guard.ts';
import { type Asking, NameError, withResolver } from './names.ts';

/** The sorts of records that can be asked for. */
export const recordTypes = ['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'NS', 'CAA', 'SRV', 'SOA'] as const;
export type RecordType = (typeof recordTypes)[number];
export type Question = { name: string; type: RecordType };

const mx = ({ priority, exchange }: MxRecord) => `${priority} ${exchange}`;
const srv = ({ priority, weight, port, name }: SrvRecord) => `${priority} ${weight} ${port} ${name}`;
const soa = (record: SoaRecord) =>
  [record.nsname, record.hostmaster, record.serial, record.refresh, record.retry, record.expire, record.minttl].join(
    ' ',
  );

/** Node names the tag by the property that has its value. */
function caa({ critical, ...tags }: CaaRecord): string {
  const known = ['issue', 'issuewild', 'iodef', 'contactemail', 'contactphone'] as const;
  const tag = known.find((each) => tags[each] !== undefined);
  return `${critical} ${tag ?? 'unknown'} "${tag ? tags[tag] : ''}"`;
}

const asking: Record<RecordType, (resolver: Resolver, name: string) => Promise<string[]>> = {
  A: (resolver, name) => resolver.resolve4(name),
  AAAA: (resolver, name) => resolver.resolve6(name),
  CNAME: (resolver, name) => resolver.resolveCname(name),
  NS: (resolver, name) => resolver.resolveNs(name),
  MX: async (resolver, name) => (await resolver.resolveMx(name)).map(mx),
  TXT: async (resolver, name) => (await resolver.resolveTxt(name)).map((pieces) => pieces.join('')),
  CAA: async (resolver, name) => (await resolver.resolveCaa(name)).map(caa),
  SRV: async (resolver, name) => (await resolver.resolveSrv(name)).map(srv),
  SOA: async (resolver, name) => [soa(await resolver.resolveSoa(name))],
};

/**
 * One way of writing each record: addresses as sockets do, names in lower case without the root's dot. What TXT and
 * CAA hold is data, and stays as it is.
 */
export function canonicalRecord(type: RecordType, text: string): string {
  const words = text.trim().split(/\s+/);
  if (type === 'TXT') return text;
  if (type === 'CAA') return words.join(' ');
  return words
    .map((word) => (isIP(word) === 0 ? word.toLowerCase().replace(/(.)\.$/, '$1') : canonicalAddress(word)))
    .join(' ');
}

/**
 * Asks for the records of one sort at a name.
 * @returns them in their canonical form, none when the name has none, null when there is no such name
 * @throws Miss
 */
export async function askRecords({ name, type }: Question, options: Asking): Promise<string[] | null> {
  try {
    const records = await withResolver(name, options, (resolver) => asking[type](resolver, name));
    return records.map((record) => canonicalRecord(type, record));
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    return error.isGone ? null : [];
  }
}
