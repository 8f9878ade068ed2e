import { resolve } from 'node:path';
import type { Environment } from './interpolate.ts';

/** What it takes to let visitors in. */
export type Doorway = { host: string; port: number /** Absolute. */; dataDir: string };

const defaultPort = '4321';

/**
 * Reads where visitors come in, before anything else of the environment is known. The whole reading says the same, and
 * says what is wrong.
 * @returns null where the environment names no port
 */
export function readDoorway(environment: Environment = process.env): Doorway | null {
  const given = (name: string) => environment[name]?.trim() || undefined;
  const port = given('PORT') ?? defaultPort;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return null;
  return { host: given('HOST') ?? '127.0.0.1', port: Number(port), dataDir: resolve(given('DATA_DIR') ?? './data') };
}
