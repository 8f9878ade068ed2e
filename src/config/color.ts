/** True when text may be coloured: it goes to a terminal and nobody asked for plain text (https://no-color.org). */
export function wantsColor(isTerminal = process.stdout.isTTY === true): boolean {
  return isTerminal && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
}
