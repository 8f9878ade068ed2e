import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { readStatusConfig } from '#config';
import type { Database } from '#db/client.ts';
import { type DeclaredComponent, listComponents } from '#db/components.ts';
import { findIncident, listIncidents } from '#db/incidents.ts';
import { findProbe, spreadOverdueProbes } from '#db/probes.ts';
import { recordResults } from '#db/results.ts';
import { audits, events, flips, probes, settings } from '#db/schema.ts';
import { applySettings, readDeclared, readSurroundings } from '#db/settings.ts';
import { planOf } from '../../src/config/plan.ts';
import { declaredOf } from '../../src/config/things.ts';
import { openTestDatabase } from '../helpers/database.ts';
import {
  applyComponents,
  console_,
  declared,
  filmPlatform,
  look,
  noon,
  openFilmPlatform,
} from '../helpers/platform.ts';

/** The platform with one component changed. */
const edited = (slug: string, edit: (component: DeclaredComponent) => DeclaredComponent) =>
  filmPlatform.map((component) => (component.slug === slug ? edit(component) : component));

const withProbe = (slug: string, change: object) =>
  edited(slug, (component) => ({
    ...component,
    probes: component.probes.map((probe) => ({ ...probe, ...change })),
  }));

const stateOf = async (db: Database, slug: string) =>
  (await listComponents(db)).find((component) => component.slug === slug)?.state;

async function failThrice(db: Database, slug: string, from = noon): Promise<void> {
  for (const second of [1, 2, 3]) await look(db, from + second * 1_000, { [slug]: 'fail' });
}

describe('what is declared', () => {
  it('is read back as it was applied, whatever status.yaml can say', async () => {
    const db = await openTestDatabase();
    const status = declaredOf(readStatusConfig(new URL('../../status.example.yaml', import.meta.url).pathname, {}));
    await applySettings(db, status, { actor: console_, now: noon });
    const before = await readDeclared(db);
    expect(planOf(before, status, await readSurroundings(db))).toMatchObject({ changes: [], warnings: [] });
    expect(before['policies']).toEqual(status['policies']);
  });

  it('is not written again where nothing differs', async () => {
    const db = await openTestDatabase();
    const put = (now: number) =>
      applySettings(db, { page: { name: 'A' }, components: filmPlatform }, { actor: console_, now });
    expect(await put(noon)).toBe(true);
    const rows = async () => [
      await db.orm.select().from(events),
      await db.orm.select().from(audits),
      await db.orm.select().from(probes),
    ];
    const before = await rows();
    expect(await put(noon + 5_000)).toBe(false);
    expect(await rows()).toEqual(before);
    expect(
      await applySettings(db, { page: { name: 'B' }, components: filmPlatform }, { actor: console_, now: noon }),
    ).toBe(true);
    expect(await db.orm.select().from(settings)).toEqual([{ seq: 2, value: { page: { name: 'B' } }, appliedAt: noon }]);
  });

  it('is replaced whole or not at all', async () => {
    const db = await openTestDatabase();
    await openFilmPlatform(db);
    const before = await readDeclared(db);
    const agree = () => {
      throw new Error('not this');
    };
    await expect(applySettings(db, { components: [] }, { actor: console_, now: noon, agree })).rejects.toThrow(
      'not this',
    );
    // The last statement of the batch names a component that there is not.
    const broken = [declared('new', 'New'), { ...declared('mail', 'Post'), dependsOn: ['nothing'] }];
    await expect(applySettings(db, { components: broken }, { actor: console_, now: noon })).rejects.toThrow();
    expect(await readDeclared(db)).toEqual(before);
  });

  it('takes effect before anybody hears of it', async () => {
    const db = await openTestDatabase();
    const heard: string[] = [];
    db.onEvents(() => heard.push('event'));
    await applySettings(
      db,
      { components: filmPlatform },
      { actor: console_, now: noon, committed: () => heard.push('committed') },
    );
    expect(heard).toEqual(['committed', 'event']);
  });
});

describe('the standing of a probe', () => {
  it.each([
    ['interval', { intervalMs: 60_000 }],
    ['timeout', { timeoutMs: 900 }],
    ['thresholds', { downAfter: 5, upAfter: 4 }],
    ['meaning', { whenDown: 'degraded' }],
  ])('stays when only its rhythm or its %s changes', async (_, change) => {
    const db = await openTestDatabase();
    await openFilmPlatform(db);
    await look(db, noon + 1_000, { mail: 'fail' });
    const before = await findProbe(db, 'mail/http');
    await applyComponents(db, withProbe('mail', change), console_, noon + 2_000);
    expect(await findProbe(db, 'mail/http')).toMatchObject({ ...change, standing: before?.standing });
  });

  it('begins anew with another target, which is looked at at once', async () => {
    const db = await openTestDatabase();
    await openFilmPlatform(db);
    await failThrice(db, 'mail');
    await applyComponents(db, withProbe('mail', { config: { url: 'http://127.0.0.1/new' } }), console_, noon + 9_000);
    expect(await findProbe(db, 'mail/http')).toMatchObject({
      nextDueAt: noon + 9_000,
      standing: { state: 'unknown', fail: { count: 0 } },
    });
    // Nobody has seen the new target yet, so that the page says what was seen last.
    expect(await stateOf(db, 'mail')).toBe('major_outage');
    await look(db, noon + 10_000, { mail: 'ok' });
    expect(await stateOf(db, 'mail')).toBe('operational');
  });

  it('of all others is left alone, and so is when they are due', async () => {
    const db = await openTestDatabase();
    await openFilmPlatform(db);
    const others = async () => (await db.orm.select().from(probes)).filter((row) => row.id !== 'mail/http');
    const before = await others();
    await applyComponents(db, withProbe('mail', { intervalMs: 2_000 }), console_, noon + 9_000);
    expect(await others()).toEqual(before);
  });
});

describe('the state of a component', () => {
  it('is what its remaining probes say when the failing one is taken away', async () => {
    const db = await openTestDatabase();
    const second = (component: DeclaredComponent) => ({
      ...component,
      probes: component.probes.flatMap((probe) => [probe, { ...probe, name: 'other' }]),
    });
    await applyComponents(db, edited('mail', second), console_, noon);
    await look(db, noon, { mail: 'ok' });
    const results = { probeId: 'mail/other', latencyMs: 1, reason: 'refused', outcome: 'fail' } as const;
    for (const at of [1, 2, 3]) await recordResults(db, [{ ...results, at: noon + at * 1_000 }], noon + at * 1_000);
    await look(db, noon + 4_000, {});
    expect(await stateOf(db, 'mail')).toBe('major_outage');
    const [incident] = await listIncidents(db, { open: true });

    await applyComponents(db, filmPlatform, console_, noon + 5_000);
    await look(db, noon + 6_000, {});
    expect(await stateOf(db, 'mail')).toBe('operational');
    expect(await findIncident(db, incident?.id ?? '')).toMatchObject({ status: 'resolved' });
  });

  it('does not recover because the failing probe is asked another question', async () => {
    const db = await openTestDatabase();
    const twice = (config: object) => (component: DeclaredComponent) => ({
      ...component,
      probes: component.probes.flatMap((probe) => [probe, { ...probe, name: 'other', config }]),
    });
    await applyComponents(db, edited('mail', twice({ url: 'http://127.0.0.1/a' })), console_, noon);
    await look(db, noon, { mail: 'ok' });
    const results = { probeId: 'mail/other', latencyMs: 1, reason: 'refused', outcome: 'fail' } as const;
    for (const at of [1, 2, 3]) await recordResults(db, [{ ...results, at: noon + at * 1_000 }], noon + at * 1_000);
    await look(db, noon + 4_000, {});
    await applyComponents(db, edited('mail', twice({ url: 'http://127.0.0.1/b' })), console_, noon + 5_000);
    await look(db, noon + 6_000, { mail: 'ok' });
    expect(await stateOf(db, 'mail')).toBe('major_outage');
    expect(await listIncidents(db, { open: true })).toHaveLength(1);
  });

  it('follows what its failure means', async () => {
    const db = await openTestDatabase();
    await openFilmPlatform(db);
    await failThrice(db, 'mail');
    await applyComponents(db, withProbe('mail', { whenDown: 'degraded' }), console_, noon + 5_000);
    expect(await stateOf(db, 'mail')).toBe('degraded');
  });

  it('is unknown from its retirement to its return, and history says so', async () => {
    const db = await openTestDatabase();
    const ids = await openFilmPlatform(db);
    await failThrice(db, 'mail');
    const without = filmPlatform.filter(({ slug }) => slug !== 'mail');
    await applyComponents(db, without, console_, noon + 10_000);
    expect(await readSurroundings(db)).toMatchObject({ openIncidents: [{ slugs: [] }], retired: ['mail'] });
    await applyComponents(db, filmPlatform, console_, noon + 20_000);
    expect(await stateOf(db, 'mail')).toBe('unknown');
    await look(db, noon + 21_000, { mail: 'ok' });
    const turns = (await db.orm.select().from(flips)).filter((flip) => flip.componentId === ids.get('mail'));
    expect(turns.map(({ to, at }) => [to, (at - noon) / 1_000])).toEqual([
      ['operational', 0],
      ['major_outage', 1],
      ['unknown', 10],
      ['operational', 21],
    ]);
  });

  it('works again when nobody probes it any more', async () => {
    const db = await openTestDatabase();
    await openFilmPlatform(db);
    await failThrice(db, 'mail');
    await applyComponents(
      db,
      edited('mail', (mail) => ({ ...mail, probes: [] })),
      console_,
      noon + 9_000,
    );
    expect(await stateOf(db, 'mail')).toBe('operational');
  });
});

describe('after a pause', () => {
  it('overdue probes are spread over their interval, the others keep their slots', async () => {
    const db = await openTestDatabase();
    const many = Array.from({ length: 50 }, (_, index) => declared(`film-${index}`, 'Film'));
    await applyComponents(db, many, console_, noon);
    await db.orm.update(probes).set({ nextDueAt: noon - 1 });
    const [kept] = await db.orm.select().from(probes);
    if (!kept) throw new Error('no probe');
    await db.orm
      .update(probes)
      .set({ nextDueAt: noon + 777 })
      .where(eq(probes.id, kept.id));
    await spreadOverdueProbes(db, noon);
    const due = (await db.orm.select().from(probes)).map((row) => row.nextDueAt);
    expect((await findProbe(db, kept.id))?.nextDueAt).toBe(noon + 777);
    expect(Math.min(...due)).toBeGreaterThanOrEqual(noon);
    expect(Math.max(...due)).toBeLessThan(noon + 1_000);
    expect(new Set(due).size).toBeGreaterThan(30);
  });
});
