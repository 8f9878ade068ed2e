import { pino } from 'pino';
import { openDatabase } from '#db/client.ts';
import { openChannel, type Transport } from '#notify/channels.ts';
import { startNotifier } from '#notify/worker.ts';

/** A notifier in a process of its own, so that it can be killed: `node notifierProcess.ts '<NotifierSetting>'`. */
export type NotifierSetting = { databaseUrl: string; migrationsDir: string; transport: Transport; aheadMs: number };

if (import.meta.main) {
  const { databaseUrl, migrationsDir, transport, aheadMs } = JSON.parse(process.argv[2] ?? '') as NotifierSetting;
  const db = await openDatabase({ url: databaseUrl, migrationsDir });
  startNotifier({
    db,
    channel: openChannel(transport),
    publicUrl: 'https://status.lanterna.example',
    pageName: () => 'Lanterna',
    from: 'status@lanterna.example',
    secretKey: 'a secret of the house',
    log: pino({ level: 'silent' }),
    now: () => Date.now() + aheadMs,
  });
  process.stdout.write('started\n');
}
