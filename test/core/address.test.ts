import { describe, expect, it } from 'vitest';
import { addressKey, addressSchema, parseSender } from '#core/address.ts';

describe('addressSchema', () => {
  it.each(['ana@example.com', 'ana.b+status@mail.example.co.uk', "o'neil@example.com", 'a@xn--bcher-kva.example'])(
    'accepts %s',
    (address) => {
      expect(addressSchema.parse(address)).toBe(address);
    },
  );

  it('keeps the spelling and drops the spaces around it', () => {
    expect(addressSchema.parse('  Ana@Example.com\n')).toBe('Ana@Example.com');
  });

  it.each([
    ['a list', 'v@example.com, evil@example.com'],
    ['a list by semicolon', 'v@example.com;evil@example.com'],
    ['a quoted local part', '"a@evil.example"@example.com'],
    ['a quoted local part without at', '"ana"@example.com'],
    ['a literal', 'a@[127.0.0.1]'],
    ['an IPv6 literal', 'a@[IPv6:::1]'],
    ['a bare IPv4', 'a@127.0.0.1'],
    ['a second header', 'a@example.com\nBcc: evil@example.com'],
    ['a carriage return', 'a@exam\rple.com'],
    ['a NUL', 'a\0@example.com'],
    ['a comment', 'ana(comment)@example.com'],
    ['a comment in the host', 'ana@example.com(evil@example.net)'],
    ['a display name', 'Ana <ana@example.com>'],
    ['angle brackets', '<ana@example.com>'],
    ['a percent route', 'ana%evil.example@example.com'],
    ['a bang route', 'evil.example!ana@example.com'],
    ['two ats', 'ana@evil@example.com'],
    ['no at', 'ana.example.com'],
    ['no local part', '@example.com'],
    ['no host', 'ana@'],
    ['a host without a dot', 'ana@localhost'],
    ['a dot at the end', 'ana@example.com.'],
    ['two dots', 'ana..b@example.com'],
    ['a dot first', '.ana@example.com'],
    ['a hyphen first in a label', 'ana@-example.com'],
    ['a letter that is not ASCII', 'аna@example.com'],
    ['an international host', 'ana@bücher.example'],
    ['a zero-width space', 'ana\u200b@example.com'],
    ['a line separator', 'ana@example.com\u2028b@example.com'],
    ['a space inside', 'an a@example.com'],
    ['a backslash', 'an\\a@example.com'],
    ['a long local part', `${'a'.repeat(65)}@example.com`],
    ['a long label', `a@${'b'.repeat(64)}.com`],
    ['255 characters', `a@${'b.'.repeat(125)}com`],
  ])('refuses %s', (_, address) => {
    expect(addressSchema.safeParse(address).success).toBe(false);
  });
});

describe('addressKey', () => {
  it('is one for all spellings', () => {
    expect(addressKey('Ana@Example.COM')).toBe(addressKey('ana@example.com'));
  });
});

describe('parseSender', () => {
  it.each([
    ['status@example.com', { name: 'Page', address: 'status@example.com' }],
    ['<status@example.com>', { name: 'Page', address: 'status@example.com' }],
    ['Our Status <status@example.com>', { name: 'Our Status', address: 'status@example.com' }],
    ['"Our, Status" <status@example.com>', { name: 'Our, Status', address: 'status@example.com' }],
  ])('reads %s', (text, sender) => {
    expect(parseSender(text, 'Page')).toEqual(sender);
  });

  it.each(['', 'status', 'Status <status>', 'a@example.com, b@example.com', '<a@example.com> <b@example.com>'])(
    'refuses %j',
    (text) => {
      expect(parseSender(text, 'Page')).toBeNull();
    },
  );
});
