import { Hono } from 'hono';
import type { Logger } from 'pino';
import type { Impairment } from '#core/doubt.ts';
import type { PublishState } from '#core/publishState.ts';
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
  /** Rejects while the database does not answer. */
  readiness: () => Promise<Readiness>;
  publishState: () => PublishState;
  impairment: () => Impairment | null;
  targets: () => readonly TargetReport[];
  log: Logger;
  now: () => number;
};

function unmadeReasons({ failures }: PublishState): string[] {
  const [first] = failures;
  return first ? [`pages that could not be made: ${failures.length}, such as ${first.path} (${first.reason})`] : [];
}

/**
 * `/healthz`: the process answers. `/readyz`: its work gets done; 503 with the reasons when it does not. A network that
 * keeps probes from looking, and a further host that lags, are told and are no reason to take the page away from its
 * readers.
 */
export function healthRoutes({ readiness, publishState, impairment, targets, log, now }: HealthDeps) {
  const app = new Hono();
  app.get('/healthz', (c) => c.json({ ok: true }, 200, { 'cache-control': 'no-store' }));
  app.get('/readyz', async (c) => {
    const found = await readiness().catch((error: unknown) => {
      log.error({ err: error }, 'the database does not answer');
      return null;
    });
    if (!found)
      return c.json({ ok: false, reasons: ['the database does not answer'] }, 503, { 'cache-control': 'no-store' });
    const age = (at: number | null) => (at === null ? null : now() - at);
    const ages = {
      oldestDueDeliveryMs: age(found.oldestDueDeliveryAt),
      lastPublishMs: age(found.lastPublishAt),
      lastProbeTickMs: age(found.lastProbeTickAt),
    };
    const late = Object.entries(ages).filter(([, ms]) => ms !== null && ms > patienceMs);
    const reasons = [
      ...late.map(([name, ms]) => `${name} is ${ms}, more than ${patienceMs}`),
      ...(found.lastPublishAt === null ? ['nothing was published yet'] : []),
      ...unmadeReasons(publishState()),
    ];
    const ok = reasons.length === 0;
    const { waitingCount: pagesWaiting } = publishState();
    const monitoringImpairedMs = age(impairment()?.sinceAt ?? null);
    // Why one is behind is for staff: this address answers everybody.
    const hosts = targets().map((report) => ({
      name: report.name,
      kind: report.kind,
      lagMs: lagOf(report, now()),
      behind: isBehind(report, now()),
    }));
    return c.json({ ok, ...ages, pagesWaiting, monitoringImpairedMs, targets: hosts, reasons }, ok ? 200 : 503, {
      'cache-control': 'no-store',
    });
  });
  return app;
}
