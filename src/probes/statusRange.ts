import { z } from 'zod';

/** `2xx`, `204` or `200-299`. */
const pattern = /^([1-5])xx$|^([1-5]\d\d)(?:-([1-5]\d\d))?$/i;

const bounds = (range: string | number): [low: number, high: number] => {
  const [, hundred, low, high] = pattern.exec(String(range)) ?? [];
  if (hundred) return [Number(hundred) * 100, Number(hundred) * 100 + 99];
  return [Number(low), Number(high ?? low)];
};

const statusRange = z.union([z.int(), z.string()]).refine((range) => {
  const [low, high] = bounds(range);
  return low <= high;
}, 'a status such as 204, a class such as "2xx", or a range such as "200-299"');

/** One status range or several. */
export const statusField = z.union([z.array(statusRange).min(1), statusRange.transform((range) => [range])]);

/** True when one of the ranges has the status. */
export function isExpected(status: number, ranges: readonly (string | number)[]): boolean {
  return ranges.some((range) => {
    const [low, high] = bounds(range);
    return status >= low && status <= high;
  });
}
