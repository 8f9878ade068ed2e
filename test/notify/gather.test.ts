import { describe, expect, it } from 'vitest';
import { gather } from '#notify/gather.ts';

describe('gather', () => {
  it('makes one write of what is asked for while another is under way', async () => {
    const writes: number[][] = [];
    const first = Promise.withResolvers<void>();
    const write = gather(async (items: number[]) => {
      writes.push(items);
      if (writes.length === 1) await first.promise;
      return writes.length;
    });
    const asked = [write([1])];
    await Promise.resolve();
    await Promise.resolve();
    asked.push(write([2]), write([3, 4]));
    first.resolve();
    expect(await Promise.all(asked)).toEqual([1, 2, 2]);
    expect(writes).toEqual([[1], [2, 3, 4]]);
  });

  it('tells a failure to those it concerns, and goes on', async () => {
    let fail = true;
    const write = gather(async (items: number[]) => {
      if (fail) throw new Error('no room');
      return items;
    });
    await expect(write([1])).rejects.toThrow('no room');
    fail = false;
    expect(await write([2])).toEqual([2]);
  });
});
