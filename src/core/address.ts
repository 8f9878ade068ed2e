import { z } from 'zod';

/** Longest address and longest local part, in octets (RFC 5321 section 4.5.3.1, RFC 3696 erratum 1690). */
const addressLimit = 254;
const localPartLimit = 64;

// Narrower than RFC 5322 on purpose: no quotes, comments, lists, routes ("%", "!") or literals, since mail programs
// have read such addresses as two recipients or as another host.
const localPart = /^[a-z0-9#$&'*+/=?^_`{|}~-]+(\.[a-z0-9#$&'*+/=?^_`{|}~-]+)*$/i;
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

function isAddress(text: string): boolean {
  const at = text.indexOf('@');
  const local = text.slice(0, at);
  const labels = text.slice(at + 1).split('.');
  return (
    at > 0 &&
    local.length <= localPartLimit &&
    localPart.test(local) &&
    labels.length >= 2 &&
    labels.every((part) => label.test(part)) &&
    /[a-z]/i.test(labels.at(-1) ?? '')
  );
}

/** One plain mail address, `name@host.tld` in ASCII; international hosts in their `xn--` form. */
export const addressSchema = z
  .string()
  .trim()
  .max(addressLimit, `an address of at most ${addressLimit} characters`)
  .refine(isAddress, 'one mail address such as name@example.com');

/** The form in which two spellings of one address are the same. */
export function addressKey(address: string): string {
  return address.toLowerCase();
}

/** Who a mail comes from. */
export type Sender = { name: string; address: string };

/**
 * Reads `name@host`, `<name@host>` or `Some Name <name@host>`.
 * @param fallbackName the name where the text has none
 * @returns null when there is no valid address in it
 */
export function parseSender(text: string, fallbackName: string): Sender | null {
  const match = /^\s*(?:"?([^"<>]*?)"?\s*<([^<>]+)>|([^<>]+))\s*$/.exec(text);
  const address = addressSchema.safeParse(match?.[2] ?? match?.[3] ?? '');
  return address.success ? { name: match?.[1] || fallbackName, address: address.data } : null;
}
