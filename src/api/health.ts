import { Hono } from 'hono';
import type { Impairment } from '#core/doubt.ts';
import { isBehind, lagOf, type TargetReport } from '#core/target.ts';

/** What the parts of the process say of themselves, epoch ms; null where nothing is due or has happened. */
export type Readiness = {
  oldestDueDeliveryAt: number | null;
  lastPublishAt: number | null;
  lastProbeTickAt: number | null;
};

/** Longest time that work may wait before the process calls itself not ready. */
const patienceMs = 60_000;

type HealthDeps = {
  readiness: () => Promise<Readiness>;
  impairment: () => Impairment | null;
  targets: () => readonly TargetReport[];
  now: () => number;
};

/**
 * `/healthz`: the process answers. `/readyz`: its work gets done; 503 with the reasons when it does not. A network that
 * keeps probes from looking, and a further host that lags, are told and are no reason to take the page away from its
 * readers.
 */
export function healthRoutes({ readiness, impairment, targets, now }: HealthDeps) {
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
    const monitoringImpairedMs = age(impairment()?.sinceAt ?? null);
    // Why one is behind is for staff: this address answers everybody.
    const hosts = targets().map((report) => ({
      name: report.name,
      kind: report.kind,
      lagMs: lagOf(report, now()),
      behind: isBehind(report, now()),
    }));
    return c.json({ ok, ...ages, monitoringImpairedMs, targets: hosts, reasons }, ok ? 200 : 503, {
      'cache-control': 'no-store',
    });
  });
  return app;
}
