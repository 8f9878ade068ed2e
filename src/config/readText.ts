import { isUtf8 } from 'node:buffer';
import { StartError } from '#core/error.ts';
import { ConfigError } from './problems.ts';
import { readBytes } from './readBytes.ts';

/** Two thousand components with room to spare; what is larger is another file, and would take long to read. */
const limitBytes = 1024 * 1024;

/** Where the first byte stands that is not UTF-8, and which it is. */
function strayByte(bytes: Buffer): { line: number; column: number; byte: string } {
  let start = 0;
  for (let line = 1; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline + 1;
    const content = bytes.subarray(start, end);
    if (!isUtf8(content)) {
      const readable = content.toString('utf8').split('\uFFFD', 1)[0] ?? '';
      const byte = content[Buffer.byteLength(readable)] ?? 0;
      return { line, column: readable.length + 1, byte: `0x${byte.toString(16).padStart(2, '0')}` };
    }
    start = end;
  }
  return { line: 1, column: 1, byte: 'none' };
}

/**
 * Reads a settings file that is a file, of bounded size, in UTF-8.
 * @param name what problems call it
 * @throws StartError when it is not, ConfigError with the place of a byte that is no text; the system's own error when
 *   it cannot be opened
 */
export function readText(path: string, name: string): string {
  const read = readBytes(path, limitBytes);
  if ('found' in read) {
    const expected = read.found.startsWith('one of') ? 'a file of at most 1 MB' : 'a file';
    throw new StartError(`${name}: expected ${expected}, found ${read.found}.`);
  }
  if (isUtf8(read.bytes)) return read.bytes.toString('utf8').replace(/^\uFEFF/, '');
  const { line, column, byte } = strayByte(read.bytes);
  const found = `the byte ${byte}`;
  throw new ConfigError(name, [{ file: name, line, column, where: 'the file', expected: 'text in UTF-8', found }]);
}
