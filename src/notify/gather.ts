/**
 * Makes one write of many: what is asked for while a write is under way goes into the next one together. Each caller
 * waits until its own part is written.
 */
export function gather<Item, Result>(
  write: (items: Item[]) => Promise<Result>,
): (items: readonly Item[]) => Promise<Result> {
  let waiting: { items: Item[]; result: Promise<Result> } | null = null;
  let last: Promise<unknown> = Promise.resolve();
  return (items) => {
    if (!waiting) {
      const gathered: Item[] = [];
      const result = last.then(() => {
        waiting = null;
        return write(gathered);
      });
      last = result.catch(() => {});
      waiting = { items: gathered, result };
    }
    waiting.items.push(...items);
    return waiting.result;
  };
}
