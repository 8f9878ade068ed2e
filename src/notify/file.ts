import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel } from './channel.ts';
import type { Mail } from './mail.ts';
import { mimeOf } from './mime.ts';
import { createRest } from './rest.ts';

const troubleMs = 30_000;

/** Sorts by time; the same for each try, so that a repeated mail replaces itself. */
function fileName(mail: Mail): string {
  return `${new Date(mail.writtenAt).toISOString().replaceAll(':', '-')}-${mail.id}.eml`;
}

async function writeMail(dir: string, mail: Mail): Promise<void> {
  const path = join(dir, fileName(mail));
  const file = await open(`${path}.tmp`, 'w');
  try {
    await file.writeFile(await mimeOf(mail));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.tmp`, path);
}

/** Puts each mail into a folder as an `.eml` file: for a first run, before there is a mail server. */
export function openFileChannel({ dir }: { dir: string }): Channel {
  const rest = createRest();
  return {
    name: 'file',
    batchSize: 20,
    parallel: 1,
    keyed: true,
    ready: (signal) => rest.over(signal),
    async tell({ mails, handingOver, answered, signal }) {
      for (const mail of mails) {
        if (signal.aborted || !(await handingOver([mail.id])).has(mail.id)) continue;
        try {
          await mkdir(dir, { recursive: true });
          await writeMail(dir, mail);
        } catch (error) {
          const reason = `The mail folder cannot be written: ${error instanceof Error ? error.message : error}`;
          rest.forMs(troubleMs);
          await answered([mail.id], { kind: 'parked', reason, waitMs: troubleMs });
          continue;
        }
        await answered([mail.id], { kind: 'sent', providerId: fileName(mail) });
      }
    },
    close() {},
  };
}
