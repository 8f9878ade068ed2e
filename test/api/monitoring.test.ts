import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { components } from '#db/schema.ts';
import { openTestApi } from '../helpers/api.ts';

describe('GET /api/v1/monitoring', () => {
  it('says that all is well', async () => {
    const { call, token } = await openTestApi();
    const response = await call('GET', '/api/v1/monitoring', { token: await token('read') });
    expect(await response.json()).toEqual({ impaired: null, flapping: [] });
  });

  it('says since when our own network is in trouble, and what flaps', async () => {
    const { call, token, clock, db } = await openTestApi();
    clock.impairment = { sinceAt: clock.now - 5_000, anchorsAnswering: 1, anchorsAsked: 3 };
    await db.orm.update(components).set({ flappingSinceAt: clock.now }).where(eq(components.slug, 'mail'));
    const response = await call('GET', '/api/v1/monitoring', { token: await token('read') });
    expect(await response.json()).toEqual({
      impaired: { sinceAt: clock.now - 5_000, anchorsAnswering: 1, anchorsAsked: 3 },
      flapping: [{ slug: 'mail', sinceAt: clock.now }],
    });
  });
});

describe('/readyz', () => {
  it('tells of an impaired network, and stays ready', async () => {
    const { call, clock } = await openTestApi();
    expect(await (await call('GET', '/readyz')).json()).toMatchObject({ ok: true, monitoringImpairedMs: null });
    clock.impairment = { sinceAt: clock.now - 90_000, anchorsAnswering: 0, anchorsAsked: 3 };
    const response = await call('GET', '/readyz');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ ok: true, monitoringImpairedMs: 90_000 });
  });

  it('tells how old what further hosts show is, and not why', async () => {
    const { call, clock } = await openTestApi();
    const lastError = { at: clock.now, sentence: 'PUT index.html: no answer from internal-host.' };
    const common = { refreshMs: 30_000, lastSuccessAt: clock.now - 600_000, shownAt: clock.now - 600_000 };
    clock.targets = [{ ...common, name: 'bucket', kind: 's3', lastError }];
    const response = await call('GET', '/readyz');
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      ok: true,
      targets: [{ name: 'bucket', kind: 's3', lagMs: 600_000, behind: true }],
    });
    expect(text).not.toContain('internal-host');
  });
});
