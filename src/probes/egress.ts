import { connect, isIP, type Socket } from 'node:net';
import type { Deadline } from './deadline.ts';
import { canonicalAddress, createGuard } from './guard.ts';
import { Miss, missFrom } from './miss.ts';
import { type Family, resolveName } from './names.ts';

export type Target = {
  /** A name, or an address in any way of writing that URLs know (WHATWG URL, host parsing). */
  host: string;
  port: number;
  /** Look over one family only; without it IPv4 is tried first. */
  family?: Family | undefined;
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

  async function addressesOf({ host, family }: Target, deadline: Deadline): Promise<string[]> {
    const name = canonicalHost(host);
    if (name === null) throw new Miss('unknown', `blocked: "${host}" is not a host`);
    const literal = isIP(name);
    if (literal === 0) return resolveName(name, family ? [family] : [4, 6], resolvers, deadline);
    if (family && family !== literal) throw new Miss('fail', `dns: ${name} is not an address of IPv${family}`);
    return [name];
  }

  return {
    async connect(target, deadline) {
      const addresses = await addressesOf(target, deadline);
      for (const address of addresses) {
        const why = refusal(address);
        if (why) throw new Miss('unknown', `blocked: ${why}`);
      }
      const dialledAt = performance.now();
      return { socket: await dialInTurn(addresses.slice(0, attempts), target.port, deadline), dialledAt };
    },
  };
}
