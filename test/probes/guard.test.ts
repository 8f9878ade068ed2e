import { describe, expect, it } from 'vitest';
import { StartError } from '#core/error.ts';
import { canonicalHost } from '#probes/egress.ts';
import { createGuard } from '#probes/guard.ts';

const refusal = createGuard([]);

const special: [address: string, purpose: string][] = [
  ['0.0.0.0', 'this network'],
  ['10.1.2.3', 'private use'],
  ['100.64.0.1', 'shared address space'],
  ['100.100.100.200', 'shared address space'],
  ['127.255.255.254', 'loopback'],
  ['169.254.169.254', 'link local'],
  ['172.31.255.255', 'private use'],
  ['192.0.0.192', 'IETF protocol assignments'],
  ['192.0.2.1', 'documentation'],
  ['192.31.196.1', 'AS112'],
  ['192.52.193.1', 'automatic multicast tunnelling'],
  ['192.88.99.1', '6to4 relay anycast'],
  ['192.168.1.1', 'private use'],
  ['192.175.48.1', 'AS112 direct delegation'],
  ['198.19.255.255', 'benchmarking'],
  ['198.51.100.7', 'documentation'],
  ['203.0.113.7', 'documentation'],
  ['224.0.0.251', 'multicast'],
  ['239.255.255.250', 'multicast'],
  ['240.0.0.1', 'reserved and broadcast'],
  ['255.255.255.255', 'reserved and broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['0:0:0:0:0:0:0:1', 'loopback'],
  ['::127.0.0.1', 'IPv4-compatible'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:7f00:1', 'loopback'],
  ['::ffff:a9fe:a9fe', 'link local'],
  ['::ffff:0:7f00:1', 'IPv4-translated'],
  ['64:ff9b::7f00:1', 'loopback'],
  ['64:ff9b::a9fe:a9fe', 'link local'],
  ['64:ff9b::10.0.0.1', 'private use'],
  ['64:ff9b:1::808:808', 'local NAT64'],
  ['100::1', 'discard only'],
  ['100:0:0:1::1', 'dummy prefix'],
  ['2001::1', 'Teredo'],
  ['2001:2::1', 'IETF protocol assignments'],
  ['2001:20::1', 'IETF protocol assignments'],
  ['2001:db8::1', 'documentation'],
  ['2002:7f00:1::', '6to4'],
  ['2620:4f:8000::1', 'AS112 direct delegation'],
  ['3fff::1', 'documentation'],
  ['5f00::1', 'segment routing identifiers'],
  ['fc00::1', 'unique local'],
  ['fd00:ec2::254', 'unique local'],
  ['fe80::1', 'link local'],
  ['febf::1', 'link local'],
  ['fec0::1', 'site local'],
  ['ff02::1', 'multicast'],
  ['4000::1', 'outside global unicast'],
  ['9000::1', 'outside global unicast'],
];

describe('an address that is not public', () => {
  it.each(special)('%s is refused as %s', (address, purpose) => {
    expect(refusal(address)).toContain(` is not public: ${purpose} (`);
  });

  it('is refused with its range named, so that the operator can allow it', () => {
    expect(refusal('10.1.2.3')).toBe('10.1.2.3 is not public: private use (RFC 1918), 10.0.0.0/8');
  });

  it.each(['fe80::1%lo', '2001:4860::1%lo', 'localhost', '', '127.1'])('%j is refused because it is none', (text) => {
    expect(refusal(text)).toContain('is not an address of the network');
  });
});

describe('a public address', () => {
  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700::1111',
    '2001:4860:4860::8888',
    '2003::1',
    '3ffe::1',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
  ])('%s may be dialled', (address) => {
    expect(refusal(address)).toBeNull();
  });
});

describe('an allowed range', () => {
  const withAllowed = createGuard(['10.0.0.0/8', 'fd00::/8', '192.168.7.7']);

  it.each(['10.1.2.3', '::ffff:10.1.2.3', '64:ff9b::a01:203', 'fd12::1', '192.168.7.7'])(
    'opens the way to %s',
    (address) => {
      expect(withAllowed(address)).toBeNull();
    },
  );

  it.each(['127.0.0.1', '192.168.7.8', 'fc00::1', '172.16.0.1', '::1', '2002:a01:203::'])(
    'and not to %s',
    (address) => {
      expect(withAllowed(address)).not.toBeNull();
    },
  );

  it.each(['10.0.0/8', '10.0.0.0/33', '10.0.0.0/', 'private', 'fd00::/129', ''])(
    '%j is none, and the start says so',
    (cidr) => {
      expect(() => createGuard([cidr])).toThrow(StartError);
    },
  );
});

describe('a host', () => {
  it.each([
    ['127.1', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['0177.0.0.1', '127.0.0.1'],
    ['①②⑦.⓪.⓪.①', '127.0.0.1'],
    ['0', '0.0.0.0'],
    ['127.0.0.1.', '127.0.0.1'],
    ['::ffff:127.0.0.1', '::ffff:7f00:1'],
    ['[::1]', '::1'],
    ['LOCALHOST', 'localhost'],
    ['ex%61mple.com', 'example.com'],
  ])('written as %s is %s', (written, host) => {
    expect(canonicalHost(written)).toBe(host);
  });

  it.each(['', 'a b', 'a:80', 'a/b', 'user@a', 'a?b', 'a#b', 'fe80::1%lo', '1.2.3.4.5', '[::1'])(
    '%j is none',
    (text) => {
      expect(canonicalHost(text)).toBeNull();
    },
  );
});
