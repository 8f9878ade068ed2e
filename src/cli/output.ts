/** Data, for eyes or for programs. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Words about the data. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Prints a value for programs. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Rows in columns as wide as their widest word. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [i, word] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, word.length);
  return rows
    .map((row) =>
      row
        .map((word, i) => word.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The option of every command that reads. */
export const jsonArg = { type: 'boolean', description: 'Print JSON', default: false } as const;
