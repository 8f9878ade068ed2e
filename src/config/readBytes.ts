import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/** What a path led to: the bytes of a file, or in words what it is instead. */
export type FileRead = { bytes: Buffer } | { found: string };

function sortOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  return stats.isFIFO() ? 'a pipe' : 'a device';
}

const sizeWords = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1_024)} kB` : `${Math.ceil(bytes / 1_024 / 1_024)} MB`;

/**
 * Reads a file whole, and never more than the limit, whatever its size claims to be.
 * @throws the system's own error when it cannot be opened
 */
export function readBytes(path: string, limitBytes: number): FileRead {
  const file = openSync(path, 'r');
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) return { found: sortOf(stats) };
    const bytes = Buffer.alloc(limitBytes + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null);
    if (length > limitBytes) return { found: `one of ${sizeWords(Math.max(stats.size, length))}` };
    return { bytes: bytes.subarray(0, length) };
  } finally {
    closeSync(file);
  }
}
