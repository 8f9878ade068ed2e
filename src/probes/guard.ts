import { BlockList, isIP, isIPv4, SocketAddress } from 'node:net';
import { StartError } from '#core/error.ts';
import { ipv4Carriers, specialIpv4, specialIpv6, unassignedIpv6 } from './ranges.ts';

/** Says why an address may not be dialled, or null when it may. */
export type Guard = (address: string) => string | null;

const familyOf = (address: string) => (isIPv4(address) ? 'ipv4' : 'ipv6');

/** The one way of writing an address that Node's sockets report. */
export function canonicalAddress(address: string): string {
  return new SocketAddress({ address, family: familyOf(address) }).address;
}

/**
 * Adds a range; one of IPv4 also in its IPv4-mapped and NAT64 forms.
 * @param cidr a range in CIDR notation, or one address
 * @throws TypeError or RangeError when it is neither
 */
function addRange(list: BlockList, cidr: string): void {
  const [network = '', bits] = cidr.split('/');
  const isV4 = isIPv4(network);
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) throw new RangeError(`not a prefix length: ${bits}`);
  const prefix = bits === undefined ? (isV4 ? 32 : 128) : Number(bits);
  list.addSubnet(network, prefix, familyOf(network));
  if (isV4) for (const carrier of ipv4Carriers) list.addSubnet(carrier + network, 96 + prefix, 'ipv6');
}

const carried = new BlockList();
for (const carrier of ipv4Carriers) carried.addSubnet(`${carrier}0.0.0.0`, 96, 'ipv6');

const special = new BlockList();
const unassigned = new BlockList();
for (const [cidr] of [...specialIpv4, ...specialIpv6]) addRange(special, cidr);
for (const [cidr] of unassignedIpv6) addRange(unassigned, cidr);

/** Only asked for an address that is refused, so it may be slow. */
function rangeOf(address: string): string {
  for (const [cidr, purpose] of [...specialIpv4, ...specialIpv6, ...unassignedIpv6]) {
    const list = new BlockList();
    addRange(list, cidr);
    if (list.check(address, familyOf(address))) return `${purpose}, ${cidr}`;
  }
  return 'special purpose';
}

/**
 * Makes the guard of every address a probe would dial.
 * @param allow CIDR ranges, or addresses, of private targets that the operator wants looked at
 * @throws StartError for one that is not a range
 */
export function createGuard(allow: readonly string[]): Guard {
  const allowed = new BlockList();
  for (const cidr of allow)
    try {
      addRange(allowed, cidr);
    } catch {
      throw new StartError(
        `The range of private targets "${cidr}" is not in CIDR notation, such as 10.0.0.0/8 or fd00::/8.`,
      );
    }
  return (address) => {
    // A zone names an interface of this machine, and BlockList does not see through it (RFC 4007 section 11).
    if (isIP(address) === 0 || address.includes('%')) return `${address} is not an address of the network`;
    const family = familyOf(address);
    if (allowed.check(address, family)) return null;
    const isSpecial =
      special.check(address, family) ||
      (family === 'ipv6' && !carried.check(address, 'ipv6') && unassigned.check(address, 'ipv6'));
    return isSpecial ? `${address} is not public: ${rangeOf(address)}` : null;
  };
}
