import { argon2, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const argon2Async = promisify(argon2);

// OWASP's second recommendation for argon2id: 19 MiB, two passes, one lane.
const memoryKiB = 19_456;
const passes = 2;
const tagBytes = 32;

async function derive(password: string, nonce: Buffer): Promise<Buffer> {
  const parameters = { message: password, nonce, parallelism: 1, tagLength: tagBytes, memory: memoryKiB, passes };
  return Buffer.from(await argon2Async('argon2id', parameters));
}

const encode = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');

/** Hashes a password; the answer is a PHC string. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive(password, nonce);
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=1$${encode(nonce)}$${encode(tag)}`;
}

/** Compares in constant time. Without a hash it works as long and says no, so that names cannot be guessed. */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const [, , , , nonce = '', tag = ''] = (hash ?? '').split('$');
  const expected = Buffer.from(tag, 'base64');
  const found = await derive(password, nonce ? Buffer.from(nonce, 'base64') : randomBytes(16));
  return expected.length === found.length && timingSafeEqual(expected, found);
}

const letters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password that can be read aloud and typed at night: four groups of five, 99 bits. */
export function generatePassword(): string {
  const group = () => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}
