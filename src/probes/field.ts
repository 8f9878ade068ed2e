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

export const familyField = z
  .union([
    z.literal(4),
    z.literal(6),
    z.literal('4').transform(() => 4 as const),
    z.literal('6').transform(() => 6 as const),
  ])
  .optional()
  .describe('Look over IPv4 or IPv6 only: 4 or 6. Without it both are tried, IPv4 first.');
