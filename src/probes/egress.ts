import { connect, isIP, type Socket } from 'node:net';
import type { Deadline } from './deadline.ts';
import { canonicalAddress, createGuard } from './guard.ts';
import { Miss, missFrom } from './miss.ts';
import { type Family, resolveName } from './names.ts';
import { askRecords, type Question } from './records.ts';

/** Which addresses of a name to dial. */
export type Families = {
  /** Look over one family only. */
  family?: Family | undefined;
  /** Of both, the one to try first. Default: IPv4. */
  firstFamily?: Family | undefined;
};

export type Target = Families & {
  /** A name, or an address in any way of writing that URLs know (WHATWG URL, host parsing). */
  host: string;
  port: number;
};

export type Connection = {
  socket: Socket;
  /** When the first packet left, on the clock of `performance.now()`. */
  dialledAt: number;
};

/** The only way out of this process for a probe. */
export type Egress = {
  /**
   * Resolves, guards, and connects. The socket is the caller's to destroy; it has an error listener already.
   * @throws Miss `unknown` with `blocked: ...` for a target that may not be dialled
   */
  connect(target: Target, deadline: Deadline): Promise<Connection>;
  /**
   * Every address of a target, guarded: a single one that may not be dialled blocks them all.
   * @throws Miss as `connect` does
   */
  addresses(target: Omit<Target, 'port'>, deadline: Deadline): Promise<string[]>;
  /**
   * Asks a resolver for records. A resolver that is named is a target like any other.
   * @param resolver without one, those of this machine are asked
   * @returns the records as zone files write them, null when there is no such name
   * @throws Miss
   */
  lookUp(question: Question, resolver: Target | undefined, deadline: Deadline): Promise<string[] | null>;
};

export type EgressOptions = {
  /** CIDR ranges of private targets that may be dialled all the same. */
  allow: readonly string[];
  /** `address:port` of the resolvers to ask instead of the machine's own. */
  resolvers?: readonly string[];
};

/** A name with many addresses is tried at no more than these. */
const attempts = 3;

/**
 * The host as URLs write it, addresses without brackets: 127.1, 0x7f.1 and 2130706433 all become 127.0.0.1.
 * Null when it is no host.
 */
export function canonicalHost(host: string): string | null {
  const url = URL.parse(`http://${isIP(host) === 6 ? `[${host}]` : host}:1/`);
  const isHostOnly = url !== null && url.href === `http://${url.hostname}:1/`;
  return isHostOnly ? url.hostname.replace(/^\[|\]$/g, '') : null;
}

/** Connects to one address and makes sure that it is the one. */
function dial(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, autoSelectFamily: false, noDelay: true });
    // Stays for life: an error nobody listens to would end the process.
    socket.on('error', reject);
    socket.once('connect', () => {
      const { remoteAddress } = socket;
      if (remoteAddress && canonicalAddress(remoteAddress) === canonicalAddress(address)) return resolve(socket);
      socket.destroy();
      reject(new Miss('unknown', `blocked: dialled ${address} and reached ${remoteAddress ?? 'nobody'}`));
    });
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
  });
}

/**
 * Tries the addresses one after the other, each pinned and with its share of the time: racing them, as Node does by
 * itself, gives up after 250 ms on an address that is slow but well.
 */
async function dialInTurn(addresses: readonly string[], port: number, deadline: Deadline): Promise<Socket> {
  const misses: Miss[] = [];
  for (const [i, address] of addresses.entries())
    try {
      const limitMs = deadline.leftMs() / (addresses.length - i);
      return await deadline.within('connect', (signal) => dial(address, port, signal), { limitMs });
    } catch (error) {
      misses.push(missFrom(error, 'connect'));
    }
  throw misses.find((miss) => miss.outcome === 'fail') ?? misses[0] ?? new Miss('unknown', 'dns: no address to dial');
}

/**
 * Opens the way out: public addresses, and the private ones allowed here. No proxy, no pool, no shared agent.
 * @throws StartError for an allowed range that is none
 */
export function createEgress({ allow, resolvers }: EgressOptions): Egress {
  const refusal = createGuard(allow);

  async function addressesOf(target: Omit<Target, 'port'>, deadline: Deadline, isPatient = false): Promise<string[]> {
    const { host, family, firstFamily } = target;
    const name = canonicalHost(host);
    if (name === null) throw new Miss('unknown', `blocked: "${host}" is not a host`);
    const literal = isIP(name);
    if (family && literal !== 0 && family !== literal)
      throw new Miss('fail', `dns: ${name} is not an address of IPv${family}`);
    const families: Family[] = family ? [family] : firstFamily === 6 ? [6, 4] : [4, 6];
    const addresses =
      literal === 0 ? await resolveName(name, families, { servers: resolvers, deadline, isPatient }) : [name];
    for (const address of addresses) {
      const why = refusal(address);
      if (why) throw new Miss('unknown', `blocked: ${why}`);
    }
    return addresses;
  }

  return {
    async connect(target, deadline) {
      const addresses = await addressesOf(target, deadline);
      const dialledAt = performance.now();
      return { socket: await dialInTurn(addresses.slice(0, attempts), target.port, deadline), dialledAt };
    },
    addresses: (target, deadline) => addressesOf(target, deadline, true),
    async lookUp(question, resolver, deadline) {
      if (!resolver) return askRecords(question, { servers: resolvers, deadline });
      const [address = ''] = await addressesOf(resolver, deadline);
      const server = `${isIP(address) === 6 ? `[${address}]` : address}:${resolver.port}`;
      return askRecords(question, { servers: [server], deadline, isTarget: true });
    },
  };
}
