import { describe, expect, it } from 'vitest';
import type { Answer } from '#core/answer.ts';
import type { Channel, Handover } from '#notify/channel.ts';
import type { Mail } from '#notify/mail.ts';

/** A mail as the other side got it. */
export type ToldMail = {
  from: string;
  to: string[];
  subject: string;
  html: string;
  text: string;
  header(name: string): string | undefined;
};

export type ChannelSetup = { channel: Channel; told(): Promise<ToldMail[]> };

export function someMail(id: string, change: Partial<Mail> = {}): Mail {
  return {
    id: `notice000001-${id}`,
    from: { name: 'Lanterna', address: 'status@lanterna.example' },
    to: `${id}@example.com`,
    subject: '[Lanterna] Payments are not available',
    html: '<p>Payments are <strong>not</strong> available.</p>\n',
    text: 'Payments are not available.\n',
    writtenAt: Date.UTC(2026, 10, 23, 2, 14),
    messageId: `<notice000001-${id}@status.lanterna.example>`,
    headers: {
      'List-Unsubscribe': `<https://status.lanterna.example/u/${id}.${'x'.repeat(43)}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      References: '<incident0001@status.lanterna.example>',
    },
    ...change,
  };
}

/** A hand-over that keeps what the channel says about it, in order. */
export function watchHandover(mails: readonly Mail[], change: Partial<Handover> = {}) {
  const log: string[] = [];
  const answers = new Map<string, Answer>();
  const handover: Handover = {
    batchId: `batch-${mails.map((mail) => mail.id).join('-')}`,
    mails,
    async handingOver(ids) {
      log.push(...ids.map((id) => `leaving ${id}`));
      return new Set(ids);
    },
    async answered(ids, answer) {
      for (const id of ids) {
        log.push(`${answer.kind} ${id}`);
        answers.set(id, answer);
      }
    },
    signal: new AbortController().signal,
    ...change,
  };
  return { handover, log, answers };
}

/** What every channel keeps to. `setup` gives a channel and a look at what arrived at the other end. */
export function describeChannel(name: string, setup: () => Promise<ChannelSetup>): void {
  describe(`${name}, as a channel`, () => {
    it('tells each of a batch once and answers for each', async () => {
      const { channel, told } = await setup();
      const mails = ['ana', 'ben', 'cem'].map((id) => someMail(id));
      const { handover, answers } = watchHandover(mails);
      await channel.tell(handover);
      expect((await told()).map((mail) => mail.to).toSorted()).toEqual([
        ['ana@example.com'],
        ['ben@example.com'],
        ['cem@example.com'],
      ]);
      expect([...answers.values()].map((answer) => answer.kind)).toEqual(['sent', 'sent', 'sent']);
      channel.close();
    });

    it('says that a mail leaves before it answers for it', async () => {
      const { channel } = await setup();
      const { handover, log } = watchHandover([someMail('ana')]);
      await channel.tell(handover);
      expect(log).toEqual(['leaving notice000001-ana', 'sent notice000001-ana']);
      channel.close();
    });

    it('hands over nothing that is no longer ours', async () => {
      const { channel, told } = await setup();
      const { handover, answers } = watchHandover([someMail('ana')], { handingOver: async () => new Set() });
      // A channel may say so by throwing or by going on to the next; what counts is that nothing leaves.
      await channel.tell(handover).catch(() => {});
      expect(await told()).toEqual([]);
      expect(answers.size).toBe(0);
      channel.close();
    });

    it('begins nothing once we are stopping', async () => {
      const { channel, told } = await setup();
      const { handover, log } = watchHandover([someMail('ana')], { signal: AbortSignal.abort() });
      await channel.tell(handover);
      expect(log).toEqual([]);
      expect(await told()).toEqual([]);
      channel.close();
    });

    it('carries words in any script, and both forms, unharmed', async () => {
      const { channel, told } = await setup();
      const text = `Ödeme çalışmıyor — 支払い 💳\n\n${'A long line. '.repeat(100)}\n.\n..\nFrom here\n`;
      const { handover } = watchHandover([
        someMail('ana', {
          subject: '[Lanterna] Ödeme — 支払い 💳',
          from: { name: 'Lanterna, "Şenlik" <x>', address: 'status@lanterna.example' },
          text,
          html: `<p>${text}</p>\n`,
        }),
      ]);
      await channel.tell(handover);
      const [mail] = await told();
      expect(mail?.subject).toBe('[Lanterna] Ödeme — 支払い 💳');
      expect(mail?.text).toBe(text);
      expect(mail?.html).toBe(`<p>${text}</p>\n`);
      expect(mail?.from).toContain('status@lanterna.example');
      channel.close();
    });

    it('keeps the headers a mail program acts on', async () => {
      const { channel, told } = await setup();
      const mail = someMail('ana');
      await channel.tell(watchHandover([mail]).handover);
      const [first] = await told();
      for (const [header, value] of Object.entries(mail.headers)) expect(first?.header(header)).toBe(value);
      channel.close();
    });

    it('never lets a subject become a header', async () => {
      const { channel, told } = await setup();
      const mail = someMail('ana', { subject: 'Calm\r\nBcc: evil@example.com' });
      await channel.tell(watchHandover([mail]).handover).catch(() => {});
      for (const arrived of await told()) {
        expect(arrived.to).toEqual(['ana@example.com']);
        expect(arrived.header('bcc')).toBeUndefined();
      }
      channel.close();
    });

    it('tells a repeated batch once, if it says that it can', async () => {
      const { channel, told } = await setup();
      if (channel.keyed) {
        const mails = [someMail('ana'), someMail('ben')];
        await channel.tell(watchHandover(mails).handover);
        const { handover, answers } = watchHandover(mails);
        await channel.tell(handover);
        expect([...answers.values()].map((answer) => answer.kind)).toEqual(['sent', 'sent']);
        expect(await told()).toHaveLength(2);
      } else expect(channel.keyed).toBe(false);
      channel.close();
    });
  });
}
