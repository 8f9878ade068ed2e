import { describe, expect, it } from 'vitest';
import { createBell } from '#notify/bell.ts';

const never = 60_000;

describe('a bell', () => {
  it('wakes everyone who waits', async () => {
    const bell = createBell();
    const waiting = [bell.after(0, never), bell.after(0, never)];
    bell.ring();
    await Promise.all(waiting);
    expect(bell.rings()).toBe(1);
  });

  it('does not lose a ring that came before anyone listened', async () => {
    const bell = createBell();
    const seen = bell.rings();
    bell.ring();
    await bell.after(seen, never);
    expect(bell.rings()).toBe(seen + 1);
  });

  it('wakes after a while by itself', async () => {
    const bell = createBell();
    await bell.after(bell.rings(), 1);
    expect(bell.rings()).toBe(0);
  });
});
