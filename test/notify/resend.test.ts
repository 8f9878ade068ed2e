import { describe, expect, it } from 'vitest';
import { openResendChannel } from '#notify/resend.ts';
import { someMail, watchHandover } from '../contracts/channel.ts';
import { openResend, type ResendTrouble } from '../helpers/resend.ts';

const error = (status: number, name: string): ResendTrouble => ({ kind: 'error', status, name });

async function setUp() {
  const resend = await openResend();
  return { resend, channel: openResendChannel({ apiKey: resend.apiKey, baseUrl: resend.url }) };
}

describe('resend', () => {
  it.each([
    ['a used-up minute', error(429, 'rate_limit_exceeded'), 'parked'],
    ['a used-up day', error(429, 'daily_quota_exceeded'), 'parked'],
    ['a used-up month', error(429, 'monthly_quota_exceeded'), 'parked'],
    ['a suspended key', error(403, 'suspended_api_key'), 'parked'],
    ['a sender that is not ours', error(403, 'validation_error'), 'parked'],
    ['a fault of theirs', error(500, 'internal_server_error'), 'doubtful'],
    ['a fault of a proxy', { kind: 'html', status: 502 }, 'doubtful'],
    ['another request with the same key', error(409, 'concurrent_idempotent_requests'), 'doubtful'],
    ['a cut connection', { kind: 'take and cut' }, 'doubtful'],
    ['half an answer', { kind: 'take and garble' }, 'doubtful'],
    ['a mail they cannot take', error(422, 'validation_error'), 'refused'],
  ] as [string, ResendTrouble, string][])('reads %s', async (_, trouble, kind) => {
    const { resend, channel } = await setUp();
    resend.troubles.push(trouble);
    const { handover, answers } = watchHandover([someMail('ana')]);
    await channel.tell(handover);
    expect(answers.get('notice000001-ana')?.kind).toBe(kind);
    channel.close();
  });

  it('sends a hundred in one request, under the key of the batch', async () => {
    const { resend, channel } = await setUp();
    const { handover, answers } = watchHandover(Array.from({ length: 100 }, (_, index) => someMail(`r${index}`)));
    await channel.tell(handover);
    expect(resend.requests).toEqual([{ key: handover.batchId, size: 100, status: 200 }]);
    expect(answers.size).toBe(100);
    expect(resend.sent[7]).toMatchObject({ to: ['r7@example.com'], tags: [{ name: 'd', value: 'notice000001-r7' }] });
    channel.close();
  });

  it.each(['take and cut', 'take and garble', 'take and fail'] as const)(
    'does not tell twice what it repeats after "%s"',
    async (kind) => {
      const { resend, channel } = await setUp();
      resend.troubles.push({ kind });
      const mails = [someMail('ana'), someMail('ben')];
      await channel.tell(watchHandover(mails).handover);
      const { handover, answers } = watchHandover(mails);
      await channel.tell(handover);
      expect([...answers.values()].map((answer) => answer.kind)).toEqual(['sent', 'sent']);
      expect(resend.sent).toHaveLength(2);
      expect(resend.requests).toHaveLength(2);
      channel.close();
    },
  );

  it('never repeats a key that was used for other bytes', async () => {
    const { resend, channel } = await setUp();
    const mail = someMail('ana');
    await channel.tell(watchHandover([mail]).handover);
    const { handover, answers } = watchHandover([{ ...mail, text: 'Other words.\n' }]);
    await channel.tell(handover);
    expect(answers.get(mail.id)).toMatchObject({ kind: 'doubtful', final: true });
    expect(resend.sent).toHaveLength(1);
    channel.close();
  });

  it('refuses the bad address alone', async () => {
    const { resend, channel } = await setUp();
    resend.invalid.add('ben@example.com');
    const { handover, answers } = watchHandover(['ana', 'ben', 'cem'].map((id) => someMail(id)));
    await channel.tell(handover);
    expect([...answers].map(([id, answer]) => [id, answer.kind])).toEqual([
      ['notice000001-ana', 'sent'],
      ['notice000001-ben', 'refused'],
      ['notice000001-cem', 'sent'],
    ]);
    channel.close();
  });

  it('finds the bad mail by halves when a whole batch is refused for it, and is repeatable', async () => {
    const { resend, channel } = await setUp();
    resend.invalid.add('r5@example.com');
    resend.strict = true;
    const mails = Array.from({ length: 8 }, (_, index) => someMail(`r${index}`));
    for (let round = 0; round < 2; round += 1) {
      const { handover, answers } = watchHandover(mails);
      await channel.tell(handover);
      expect([...answers].filter(([, answer]) => answer.kind === 'refused').map(([id]) => id)).toEqual([
        'notice000001-r5',
      ]);
      expect(answers.size).toBe(8);
    }
    expect(resend.sent).toHaveLength(7);
    channel.close();
  });

  it('waits as long as it is told to before it is ready again', async () => {
    const { resend, channel } = await setUp();
    resend.troubles.push({ kind: 'error', status: 429, name: 'rate_limit_exceeded', headers: { 'retry-after': '30' } });
    const { handover, answers } = watchHandover([someMail('ana')]);
    await channel.tell(handover);
    expect(answers.get('notice000001-ana')).toMatchObject({ kind: 'parked', waitMs: 30_000 });
    const waiting = new AbortController();
    const winner = await Promise.race([
      channel.ready(waiting.signal).then(() => 'ready'),
      new Promise((resolve) => setTimeout(() => resolve('waiting'), 100)),
    ]);
    expect(winner).toBe('waiting');
    waiting.abort();
    channel.close();
  });

  it('holds back when the last request of the second is used', async () => {
    const { resend, channel } = await setUp();
    resend.limit = 1;
    const signal = new AbortController().signal;
    for (const id of ['ana', 'ben']) {
      await channel.ready(signal);
      await channel.tell(watchHandover([someMail(id)]).handover);
    }
    expect(resend.requests.map((request) => request.status)).toEqual([200, 200]);
    channel.close();
  });

  it('does not put our key anywhere but into the header', async () => {
    const { resend, channel } = await setUp();
    resend.apiKey = 're_other';
    const { handover, answers } = watchHandover([someMail('ana')]);
    await channel.tell(handover);
    const answer = answers.get('notice000001-ana');
    expect(answer?.kind).toBe('parked');
    expect(JSON.stringify(answer)).not.toContain('re_test');
    channel.close();
  });
});
