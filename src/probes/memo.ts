/**
 * Makes the value of each key once and keeps those used last. For values that are costly to make from settings:
 * looks come again and again with the same ones.
 * @param limit how many are kept
 */
export function memo<Value>(limit: number, make: (key: string) => Value): (key: string) => Value {
  const kept = new Map<string, Value>();
  return (key) => {
    const known = kept.get(key);
    const value = known ?? make(key);
    if (known !== undefined) kept.delete(key);
    kept.set(key, value);
    const [oldest] = kept.keys();
    if (kept.size > limit && oldest !== undefined) kept.delete(oldest);
    return value;
  };
}
