import { expect, it, onTestFinished } from 'vitest';
import type { Database } from '#db/client.ts';
import { findMaintenance, scheduleMaintenance } from '#db/maintenances.ts';
import { startMaintenanceClock } from '../src/maintenanceClock.ts';
import { openTestDatabase } from './helpers/database.ts';
import { console_, noon, openFilmPlatform } from './helpers/platform.ts';
import { waitUntil } from './helpers/wait.ts';

const input = {
  title: 'A larger disk',
  body: 'We move.',
  components: ['mail'],
  from: noon + 60_000,
  to: noon + 120_000,
  startsByItself: true,
  endsByItself: true,
};

it('has done what fell due before by the time it has started, and does the rest when it is due', async () => {
  const db = await openTestDatabase();
  await openFilmPlatform(db);
  const { id } = await scheduleMaintenance(db, input, console_, noon);
  const clock = { now: input.from + 1 };
  const keeper = await startMaintenanceClock({ db, log: { error() {} }, now: () => clock.now });
  onTestFinished(() => keeper.stop());
  expect(await findMaintenance(db, id)).toMatchObject({ status: 'in_progress', startedAt: input.from + 1 });
  clock.now = input.to;
  await waitUntil('it has ended', async () => (await findMaintenance(db, id))?.status === 'completed');
});

it('says that the database fails, and tries again', async () => {
  const db = await openTestDatabase();
  await openFilmPlatform(db);
  const { id } = await scheduleMaintenance(db, input, console_, noon);
  const { orm } = db;
  let isGone = true;
  const select: typeof orm.select = (...fields: []) => {
    if (isGone) throw new Error('the disk is gone');
    return orm.select(...fields);
  };
  const shaky: Database = { ...db, orm: Object.assign(Object.create(orm), { select }) };
  const complaints: string[] = [];
  const log = { error: (_: object, sentence: string) => void complaints.push(sentence) };
  const keeper = await startMaintenanceClock({ db: shaky, log, now: () => input.from });
  onTestFinished(() => keeper.stop());
  expect(complaints[0]).toContain('could not be begun or ended');
  isGone = false;
  await waitUntil('it has begun', async () => (await findMaintenance(db, id))?.status === 'in_progress');
});
