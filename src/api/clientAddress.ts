import { BlockList, isIP } from 'node:net';
import type { Context } from 'hono';

/** The parts of @hono/node-server's environment that tell who is at the other end of the socket. */
type NodeEnvironment = { incoming?: { socket?: { remoteAddress?: string | undefined } } };

/** Says whether an address belongs to a proxy of ours; `ranges` are addresses and CIDR ranges. */
export function trustedProxies(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * The address a request came from: the last hop of X-Forwarded-For that is not a proxy of ours, which is only
 * believed when one of ours sent it. IPv6 callers are told apart by their /64.
 */
export function clientAddress(c: Context, isTrusted: (address: string) => boolean): string {
  const environment = (c.env ?? {}) as NodeEnvironment;
  let address = environment.incoming?.socket?.remoteAddress ?? 'unknown';
  const hops = (c.req.header('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim());
  while (isTrusted(address) && hops.length > 0) {
    const hop = hops.pop() ?? '';
    if (isIP(hop) === 0) break;
    address = hop;
  }
  const plain = address.replace(/^::ffff:/i, '');
  return isIP(plain) === 6 ? plain.split(':').slice(0, 4).join(':') : plain;
}
