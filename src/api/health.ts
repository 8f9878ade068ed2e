import { Hono } from 'hono';

/** What the parts of the process say of themselves, epoch ms; null where nothing is due or has happened. */
export type Readiness = {
  oldestDueDeliveryAt: number | null;
  lastPublishAt: number | null;
  lastProbeTickAt: number | null;
};

/** Longest time that work may wait before the process calls itself not ready. */
const patienceMs = 60_000;

/** `/healthz`: the process answers. `/readyz`: its work gets done; 503 with the reasons when it does not. */
export function healthRoutes({ readiness, now }: { readiness: () => Promise<Readiness>; now: () => number }) {
  const app = new Hono();
  app.get('/healthz', (c) => c.json({ ok: true }, 200, { 'cache-control': 'no-store' }));
  app.get('/readyz', async (c) => {
    const { oldestDueDeliveryAt, lastPublishAt, lastProbeTickAt } = await readiness();
    const age = (at: number | null) => (at === null ? null : now() - at);
    const ages = {
      oldestDueDeliveryMs: age(oldestDueDeliveryAt),
      lastPublishMs: age(lastPublishAt),
      lastProbeTickMs: age(lastProbeTickAt),
    };
    const late = Object.entries(ages).filter(([, ms]) => ms !== null && ms > patienceMs);
    const unpublished = lastPublishAt === null;
    const ok = late.length === 0 && !unpublished;
    const reasons = [
      ...late.map(([name, ms]) => `${name} is ${ms}, more than ${patienceMs}`),
      ...(unpublished ? ['nothing was published yet'] : []),
    ];
    return c.json({ ok, ...ages, reasons }, ok ? 200 : 503, { 'cache-control': 'no-store' });
  });
  return app;
}
