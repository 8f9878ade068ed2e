import { customAlphabet } from 'nanoid';

/**
 * A new opaque id: 12 lower-case letters and digits (62 bits), the form that clients of Statuspage's API
 * build keys from.
 */
export const newId = customAlphabet('0123456789abcdefghijklmnopqrstuvwxyz', 12);
