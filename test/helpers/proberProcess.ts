import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { type Database, openDatabase } from '#db/client.ts';
import { type DeclaredComponent, listComponents } from '#db/components.ts';
import { deliveries, flips, incidents, results, subscribers } from '#db/schema.ts';
import { openChannel } from '#notify/channels.ts';
import { startNotifier } from '#notify/worker.ts';
import { createEgress } from '#probes/egress.ts';
import { type Scheduler, startScheduler } from '#probes/scheduler.ts';
import { applyComponents, console_, policy } from './platform.ts';
import { addConfirmed } from './subscribers.ts';

/** What the probes of another process look at: `node proberProcess.ts '<ProberOrder>'`. */
export type ProberOrder = {
  dir: string;
  migrationsDir: string;
  components: readonly DeclaredComponent[];
  anchors: readonly string[];
  allow: readonly string[];
};

/** What they tell their parent, ten times a second. */
export type ProberReport = Awaited<ReturnType<typeof report>>;

async function report(db: Database, scheduler: Scheduler) {
  const rows = await listComponents(db);
  return {
    states: rows.map((row) => row.state),
    flips: await db.orm.select().from(flips).orderBy(flips.decidedAt, flips.seq),
    blindResults: await db.orm.select().from(results).where(eq(results.outcome, 'unknown')).limit(3),
    incidents: await db.orm.$count(incidents),
    deliveries: await db.orm.$count(deliveries),
    isImpaired: scheduler.impairment() !== null,
  };
}

/** Probes, a notifier and one subscriber, to be suspended, cut off and killed. */
async function run({ dir, migrationsDir, components, anchors, allow }: ProberOrder): Promise<void> {
  const db = await openDatabase({ url: `file:${dir}/intermission.db`, migrationsDir });
  await applyComponents(db, components, console_, Date.now());
  if ((await db.orm.$count(subscribers)) === 0) await addConfirmed(db, ['ana@example.com'], Date.now());
  const log = pino({ level: 'silent' });
  const notifier = startNotifier({
    db,
    channel: openChannel({ kind: 'file', dir: `${dir}/mail` }),
    publicUrl: 'https://status.example',
    pageName: () => 'Film Post',
    from: 'status@status.example',
    secretKey: 'a secret of the house',
    log,
  });
  const scheduler = startScheduler({
    db,
    egress: createEgress({ allow }),
    policy: () => policy,
    anchors: () => anchors,
    log,
  });
  const timer = setInterval(() => void report(db, scheduler).then((news) => process.send?.(news)), 100);
  process.once('SIGTERM', async () => {
    clearInterval(timer);
    await scheduler.stop();
    await notifier.stop();
    process.exit();
  });
}

if (import.meta.main) await run(JSON.parse(process.argv[2] ?? '') as ProberOrder);
