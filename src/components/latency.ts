/** A line through measured steps in a drawing; steps without a measurement leave a gap. */
export function lineOf(values: readonly (number | null)[], top: number, height: number): string {
  let path = '';
  let isDrawing = false;
  for (const [index, value] of values.entries()) {
    if (value === null) {
      isDrawing = false;
      continue;
    }
    const y = Math.round((1 - Math.min(1, value / top)) * height);
    // A measurement alone between two gaps is a dot.
    path += isDrawing ? `L${index} ${y}` : `M${index} ${y}h0`;
    isDrawing = true;
  }
  return path;
}

/** The least round number that is not below the given one: 1, 2 or 5 and zeros. */
export function roundTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= value) ?? value;
}

/** The least and the greatest of what was measured; null when nothing was. */
export function rangeOf(values: readonly (number | null)[]): { low: number; high: number } | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : { low: Math.min(...known), high: Math.max(...known) };
}

/** The area between the axis and a line, without gaps of its own: where nothing was measured it lies on the axis. */
export function areaOf(values: readonly (number | null)[], top: number, height: number): string {
  const points = values.map((value, index) => `${index} ${Math.round((1 - (value ?? 0) / top) * height)}`);
  return `M0 ${height}L${points.join('L')}L${values.length - 1} ${height}z`;
}
