import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openChannel } from '#notify/channels.ts';
import { describeChannel, someMail, type ToldMail, watchHandover } from '../contracts/channel.ts';
import { openMailbox } from '../helpers/mailbox.ts';
import { openResend } from '../helpers/resend.ts';

/** The mail as its reader's program sees it. */
function toldMail(mail: ParsedMail, to: string[]): ToldMail {
  return {
    from: mail.from?.text ?? '',
    to,
    subject: mail.subject ?? '',
    // The lines of a mail end in CRLF; what they say does not.
    html: (mail.html || '').replaceAll('\r\n', '\n'),
    text: (mail.text ?? '').replaceAll('\r\n', '\n'),
    header: (name) =>
      mail.headerLines
        .find((line) => line.key === name.toLowerCase())
        ?.line.replace(/^[^:]+:\s*/, '')
        .replace(/\r\n\s+/g, ' '),
  };
}

async function makeDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-mail-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

describeChannel('smtp', async () => {
  const mailbox = await openMailbox();
  return {
    channel: openChannel({ kind: 'smtp', url: mailbox.url }),
    told: async () => mailbox.received.map(({ mail, to }) => toldMail(mail, to)),
  };
});

describeChannel('resend', async () => {
  const resend = await openResend();
  return {
    channel: openChannel({ kind: 'resend', apiKey: resend.apiKey, baseUrl: resend.url }),
    told: async () =>
      resend.sent.map(({ headers, ...mail }) => ({
        ...mail,
        header: (name) => Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1],
      })),
  };
});

describeChannel('file', async () => {
  const dir = await makeDir();
  return {
    channel: openChannel({ kind: 'file', dir: join(dir, 'mail') }),
    async told() {
      const names = await readdir(join(dir, 'mail')).catch(() => []);
      return Promise.all(
        names.map(async (name) => {
          const mail = await simpleParser(await readFile(join(dir, 'mail', name)));
          const to = mail.to && !Array.isArray(mail.to) ? mail.to.value.map(({ address }) => address ?? '') : [];
          return toldMail(mail, to);
        }),
      );
    },
  };
});

describe('the file channel', () => {
  it('leaves whole .eml files whose names sort by time', async () => {
    const dir = await makeDir();
    const channel = openChannel({ kind: 'file', dir });
    const later = someMail('aaa', { writtenAt: Date.UTC(2026, 10, 24) });
    const sooner = someMail('zzz', { writtenAt: Date.UTC(2026, 10, 23) });
    await channel.tell(watchHandover([later, sooner]).handover);
    expect((await readdir(dir)).toSorted()).toEqual([
      '2026-11-23T00-00-00.000Z-notice000001-zzz.eml',
      '2026-11-24T00-00-00.000Z-notice000001-aaa.eml',
    ]);
  });

  it('parks a mail when the folder cannot be written', async () => {
    const channel = openChannel({ kind: 'file', dir: '/dev/null/mail' });
    const { handover, answers } = watchHandover([someMail('ana')]);
    await channel.tell(handover);
    expect(answers.get('notice000001-ana')?.kind).toBe('parked');
  });
});
