/** A range that no public target has, and what it is for. */
export type SpecialRange = readonly [cidr: string, purpose: string];

/**
 * IANA IPv4 Special-Purpose Address Registry (RFC 6890), whole, with the multicast block of the IANA IPv4 Multicast
 * Address Space Registry (RFC 5771). Entries that are globally reachable by anycast are listed too: no one serves there.
 */
export const specialIpv4: readonly SpecialRange[] = [
  ['0.0.0.0/8', 'this network (RFC 791)'],
  ['10.0.0.0/8', 'private use (RFC 1918)'],
  ['100.64.0.0/10', 'shared address space (RFC 6598)'],
  ['127.0.0.0/8', 'loopback (RFC 1122)'],
  ['169.254.0.0/16', 'link local (RFC 3927)'],
  ['172.16.0.0/12', 'private use (RFC 1918)'],
  ['192.0.0.0/24', 'IETF protocol assignments (RFC 6890)'],
  ['192.0.2.0/24', 'documentation (RFC 5737)'],
  ['192.31.196.0/24', 'AS112 (RFC 7535)'],
  ['192.52.193.0/24', 'automatic multicast tunnelling (RFC 7450)'],
  ['192.88.99.0/24', '6to4 relay anycast (RFC 7526)'],
  ['192.168.0.0/16', 'private use (RFC 1918)'],
  ['192.175.48.0/24', 'AS112 direct delegation (RFC 7534)'],
  ['198.18.0.0/15', 'benchmarking (RFC 2544)'],
  ['198.51.100.0/24', 'documentation (RFC 5737)'],
  ['203.0.113.0/24', 'documentation (RFC 5737)'],
  ['224.0.0.0/4', 'multicast (RFC 5771)'],
  ['240.0.0.0/4', 'reserved and broadcast (RFC 1112, RFC 919)'],
];

/**
 * IANA IPv6 Special-Purpose Address Registry (RFC 6890), whole, with what the IANA IPv6 Address Space Registry keeps
 * outside global unicast (RFC 4291: only 2000::/3 is). IPv4-mapped and NAT64 addresses are judged by the IPv4 address
 * inside them; every other form that carries one (IPv4-compatible, IPv4-translated, 6to4, Teredo, local NAT64) is
 * refused as it stands.
 */
export const specialIpv6: readonly SpecialRange[] = [
  ['::/128', 'unspecified (RFC 4291)'],
  ['::1/128', 'loopback (RFC 4291)'],
  ['::/96', 'IPv4-compatible (RFC 4291)'],
  ['::ffff:0:0:0/96', 'IPv4-translated (RFC 2765)'],
  ['64:ff9b:1::/48', 'local NAT64 (RFC 8215)'],
  ['100::/64', 'discard only (RFC 6666)'],
  ['100:0:0:1::/64', 'dummy prefix (RFC 9780)'],
  ['2001::/32', 'Teredo (RFC 4380)'],
  ['2001::/23', 'IETF protocol assignments (RFC 2928)'],
  ['2001:db8::/32', 'documentation (RFC 3849)'],
  ['2002::/16', '6to4 (RFC 3056)'],
  ['2620:4f:8000::/48', 'AS112 direct delegation (RFC 7534)'],
  ['3fff::/20', 'documentation (RFC 9637)'],
  ['5f00::/16', 'segment routing identifiers (RFC 9602)'],
  ['fc00::/7', 'unique local (RFC 4193)'],
  ['fe80::/10', 'link local (RFC 4291)'],
  ['fec0::/10', 'site local (RFC 3879)'],
  ['ff00::/8', 'multicast (RFC 4291)'],
];

/** Everything outside 2000::/3: not assigned to anyone (RFC 4291 section 2.4). */
export const unassignedIpv6: readonly SpecialRange[] = [
  ['::/3', 'outside global unicast (RFC 4291)'],
  ['4000::/2', 'outside global unicast (RFC 4291)'],
  ['8000::/1', 'outside global unicast (RFC 4291)'],
];

/** The prefixes of 96 bits whose addresses are judged by their last 32: IPv4-mapped (RFC 4291) and NAT64 (RFC 6052). */
export const ipv4Carriers = ['::ffff:', '64:ff9b::'] as const;
