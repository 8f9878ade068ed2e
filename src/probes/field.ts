import { z } from 'zod';
import { canonicalHost } from './egress.ts';

// Settings that several kinds share. The descriptions are the manual.

export const hostField = z
  .string()
  .refine((host) => canonicalHost(host) !== null, 'a host name or an address, without scheme, port or path')
  .describe('Host name or address of the target.');

export const portField = z.int().min(1).max(65_535).describe('TCP port of the target.');

export const degradedOverMsField = z
  .int()
  .min(1)
  .optional()
  .describe('An answer that takes longer than this many milliseconds counts as degraded.');

const familyField = z
  .union([
    z.literal(4),
    z.literal(6),
    z.literal('4').transform(() => 4 as const),
    z.literal('6').transform(() => 6 as const),
  ])
  .optional();

export const familyFields = {
  ip: familyField.describe('Look over IPv4 or IPv6 only: 4 or 6. Without it both are tried.'),
  ipFirst: familyField.describe('The one that is tried first where a name has both: 4 or 6. Default: 4.'),
};

export const tlsCaField = z
  .string()
  .min(1)
  .optional()
  .describe('Path of a PEM file with certificate authorities to trust as well.');
