import { describe, expect, it } from 'vitest';
import { DomainError } from '#core/error.ts';
import {
  dueAt,
  isAhead,
  isHeld,
  isUnderWay,
  type MaintenanceStatus,
  maintenanceStatuses,
  maintenanceUpdateSchema,
  newMaintenanceSchema,
  newTimesSchema,
  requireStep,
  requireTimes,
  sequenceAfter,
  timesAfter,
} from '#core/maintenance.ts';
import { componentStates } from '#core/status.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const now = Date.UTC(2026, 10, 20, 20);
const input = {
  title: 'A larger disk',
  body: 'We move.',
  from: '2026-11-21T02:00:00Z',
  to: '2026-11-21T05:00+01:00',
};

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'done';
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

describe('newMaintenanceSchema', () => {
  it('reads instants with their offsets, and leaves beginning and end to the clock', () => {
    expect(newMaintenanceSchema.parse({ ...input, components: ['mail', 'mail', 'blog'] })).toEqual({
      title: 'A larger disk',
      body: 'We move.',
      components: ['mail', 'blog'],
      from: Date.UTC(2026, 10, 21, 2),
      to: Date.UTC(2026, 10, 21, 4),
      startsByItself: true,
      endsByItself: true,
    });
  });

  it.each([
    { from: '2026-11-21T02:00:00' },
    { from: 'tomorrow' },
    { from: '2026-02-30T02:00:00Z' },
    { from: 1_795_000_000_000 },
    { title: 'two\r\nlines' },
    { body: 'bell\u0007' },
    { translations: { xx: { title: 'A', body: 'B' } } },
    { translations: { de: { title: 'zwei\nZeilen', body: 'B' } } },
    { status: 'completed' },
  ])('refuses %j', (wrong) => {
    expect(newMaintenanceSchema.safeParse({ ...input, ...wrong }).success).toBe(false);
  });

  it('takes words in other languages', () => {
    const translations = { de: { title: 'Eine größere Platte', body: 'Wir ziehen um.' } };
    expect(newMaintenanceSchema.parse({ ...input, translations }).translations).toEqual(translations);
  });
});

describe('maintenanceUpdateSchema', () => {
  it.each(['scheduled', 'in_progress', 'completed', 'cancelled'])('leaves %s to a verb of its own', (status) => {
    expect(maintenanceUpdateSchema.safeParse({ body: 'So it is.', status }).success).toBe(false);
  });
});

describe('requireTimes', () => {
  const times = (from: number, to: number) => ({ fromAt: now + from, toAt: now + to });

  it.each([
    ['an hour tomorrow', times(dayMs, dayMs + 60 * minuteMs)],
    ['work that is under way', times(-60 * minuteMs, minuteMs)],
    ['a month', times(0, 31 * dayMs)],
  ])('takes %s', (_, each) => {
    expect(codeOf(() => requireTimes(each, now))).toBe('done');
  });

  it.each([
    ['an end before the beginning', times(2 * minuteMs, minuteMs)],
    ['no time at all', times(minuteMs, minuteMs)],
    ['half a minute', times(minuteMs, minuteMs + 30_000)],
    ['more than a month', times(0, 31 * dayMs + 1)],
    ['an end that is past', times(-60 * minuteMs, 0)],
    ['a day in three years', times(3 * 365 * dayMs, 3 * 365 * dayMs + dayMs)],
  ])('refuses %s', (_, each) => {
    expect(codeOf(() => requireTimes(each, now))).toBe('invalid');
  });
});

describe('requireStep', () => {
  const allowed: Record<MaintenanceStatus, MaintenanceStatus[]> = {
    scheduled: ['scheduled', 'in_progress', 'cancelled'],
    in_progress: ['in_progress', 'verifying', 'completed', 'cancelled'],
    verifying: ['verifying', 'completed'],
    completed: [],
    cancelled: [],
  };

  it.each(maintenanceStatuses)('lets nothing follow %s but what may', (status) => {
    const may = maintenanceStatuses.filter((to) => codeOf(() => requireStep({ id: 'abc', status }, to)) === 'done');
    expect(may).toEqual(allowed[status]);
  });

  it('says how it stands and what may follow', () => {
    expect(() => requireStep({ id: 'abc', status: 'scheduled' }, 'completed')).toThrow(
      'Maintenance abc has not begun; what may follow is in_progress or cancelled.',
    );
    expect(() => requireStep({ id: 'abc', status: 'completed' }, 'completed')).toThrow('plan a new one instead');
  });
});

describe('timesAfter', () => {
  const before = { id: 'abc', status: 'scheduled', fromAt: now + dayMs, toAt: now + dayMs + 60 * minuteMs } as const;

  it('keeps the beginning where only the end is another', () => {
    const to = before.toAt + minuteMs;
    expect(timesAfter(before, { to }, now)).toEqual({ fromAt: before.fromAt, toAt: to });
  });

  it('moves only the end of work that has begun', () => {
    const begun = { ...before, status: 'in_progress', fromAt: now - minuteMs } as const;
    expect(timesAfter(begun, { to: now + 5 * minuteMs }, now).toAt).toBe(now + 5 * minuteMs);
    expect(codeOf(() => timesAfter(begun, { from: now, to: now + 5 * minuteMs }, now))).toBe('conflict');
  });

  it('moves nothing of what is over', () => {
    expect(codeOf(() => timesAfter({ ...before, status: 'cancelled' }, { to: before.toAt }, now))).toBe('conflict');
  });

  it('takes an end without a beginning', () => {
    expect(newTimesSchema.parse({ body: 'Longer.', to: '2026-11-21T06:00:00Z' }).from).toBeUndefined();
  });
});

describe('sequenceAfter', () => {
  const planned = { title: 'A larger disk', status: 'scheduled', fromAt: now, toAt: now + dayMs } as const;

  it.each([{ title: 'Two disks' }, { status: 'cancelled' }, { fromAt: now + 1 }, { toAt: now + 1 }] as const)(
    'rises by one with %j',
    (change) => {
      expect(sequenceAfter(4, planned, { ...planned, ...change })).toBe(5);
    },
  );

  it('stays where only words were added', () => {
    expect(sequenceAfter(4, planned, { ...planned })).toBe(4);
  });
});

describe('dueAt', () => {
  const clockwork = { fromAt: 1, toAt: 2, startsByItself: true, endsByItself: true };

  it('is the beginning, then the end, then never', () => {
    expect(maintenanceStatuses.map((status) => dueAt({ ...clockwork, status }))).toEqual([1, 2, 2, null, null]);
  });

  it('is never where a person begins and ends it', () => {
    const byHand = { ...clockwork, startsByItself: false, endsByItself: false };
    expect(maintenanceStatuses.map((status) => dueAt({ ...byHand, status }))).toEqual([null, null, null, null, null]);
  });
});

it('knows what is ahead, what is under way, and which state is held', () => {
  expect(maintenanceStatuses.filter((status) => isAhead({ status }))).toEqual([
    'scheduled',
    'in_progress',
    'verifying',
  ]);
  expect(maintenanceStatuses.filter((status) => isUnderWay({ status }))).toEqual(['in_progress', 'verifying']);
  expect(componentStates.filter((state) => isHeld({ state }))).toEqual(['maintenance']);
});
