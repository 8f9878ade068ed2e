import { describe, expect, it } from 'vitest';
import { openSmtpChannel } from '#notify/smtp.ts';
import { someMail, watchHandover } from '../contracts/channel.ts';
import { type MailboxMood, openMailbox } from '../helpers/mailbox.ts';

const limits = { connectMs: 200, silenceMs: 300, mailMs: 2_000, idleMs: 5_000 };
const id = 'notice000001-ana';

async function tellInMood(mood: MailboxMood) {
  const mailbox = await openMailbox();
  mailbox.mood = mood;
  const channel = openSmtpChannel({ url: mailbox.url, limits });
  const watched = watchHandover([someMail('ana')]);
  await channel.tell(watched.handover);
  channel.close();
  return { mailbox, answer: watched.answers.get(id), log: watched.log };
}

describe('smtp', () => {
  it.each([
    ['refuse', 'refused', /No such box/],
    ['defer', 'deferred', /Come back later/],
    ['mute', 'parked', /Greeting never received/],
  ] as const)('knows that nothing left when the server would %s', async (mood, kind, reason) => {
    const { answer, log, mailbox } = await tellInMood(mood);
    expect(answer).toMatchObject({ kind, reason: expect.stringMatching(reason) });
    expect(log).toEqual([`${kind} ${id}`]);
    expect(mailbox.read).toBe(0);
  });

  it.each([
    ['refuse message', 'refused'],
    ['defer message', 'deferred'],
    ['close after message', 'doubtful'],
    ['hang after message', 'doubtful'],
  ] as const)('knows how far it came when the server would %s', async (mood, kind) => {
    const { answer, log, mailbox } = await tellInMood(mood);
    expect(answer?.kind).toBe(kind);
    expect(log).toEqual([`leaving ${id}`, `${kind} ${id}`]);
    expect(mailbox.read).toBe(1);
  });

  it('parks its mail when nobody is there', async () => {
    const mailbox = await openMailbox();
    await mailbox.close();
    const channel = openSmtpChannel({ url: mailbox.url, limits });
    const { handover, answers, log } = watchHandover([someMail('ana'), someMail('ben')]);
    await channel.tell(handover);
    expect(answers.get(id)).toMatchObject({ kind: 'parked', waitMs: expect.any(Number) });
    // The others are not tried in vain.
    expect(log).toHaveLength(1);
  });

  it('sends a batch over one connection, and the next batch too', async () => {
    const mailbox = await openMailbox();
    const channel = openSmtpChannel({ url: mailbox.url, limits });
    await channel.tell(watchHandover([someMail('ana'), someMail('ben')]).handover);
    await channel.tell(watchHandover([someMail('cem')]).handover);
    expect(mailbox.received).toHaveLength(3);
    expect(mailbox.connections).toBe(1);
    channel.close();
  });

  it('goes on with the others after one recipient is refused', async () => {
    const mailbox = await openMailbox();
    mailbox.unknown.add('ana@example.com');
    const channel = openSmtpChannel({ url: mailbox.url, limits });
    const { handover, answers } = watchHandover([someMail('ana'), someMail('ben')]);
    await channel.tell(handover);
    expect([...answers.values()].map((answer) => answer.kind)).toEqual(['refused', 'sent']);
    expect(mailbox.connections).toBe(1);
    channel.close();
  });

  it('connects anew when the server closed a kept connection', async () => {
    const mailbox = await openMailbox({ socketTimeout: 300 });
    const channel = openSmtpChannel({ url: mailbox.url, limits });
    await channel.tell(watchHandover([someMail('ana')]).handover);
    await new Promise((resolve) => setTimeout(resolve, 700));
    const { handover, answers } = watchHandover([someMail('ben')]);
    await channel.tell(handover);
    expect(answers.get('notice000001-ben')?.kind).toBe('sent');
    expect(mailbox.connections).toBe(2);
    channel.close();
  });

  it('encrypts where the server offers it', async () => {
    const secure: boolean[] = [];
    const mailbox = await openMailbox({
      disabledCommands: [],
      onMailFrom(_address, session, callback) {
        secure.push(session.secure);
        callback();
      },
    });
    const channel = openSmtpChannel({ url: mailbox.url, limits });
    await channel.tell(watchHandover([someMail('ana')]).handover);
    expect(mailbox.received).toHaveLength(1);
    expect(secure).toEqual([true]);
    channel.close();
  });

  it('sends nothing in the clear where encryption is required and stripped', async () => {
    const mailbox = await openMailbox();
    const channel = openSmtpChannel({ url: `${mailbox.url}?requireTLS=true`, limits });
    const { handover, answers } = watchHandover([someMail('ana')]);
    await channel.tell(handover);
    expect(answers.get(id)?.kind).toBe('parked');
    expect(mailbox.received).toEqual([]);
    channel.close();
  });

  it('signs in where it was given a name', async () => {
    const seen: unknown[] = [];
    const mailbox = await openMailbox({
      authOptional: false,
      disabledCommands: [],
      onAuth({ username, password }, _session, callback) {
        seen.push([username, password]);
        callback(null, { user: username });
      },
    });
    const channel = openSmtpChannel({ url: mailbox.url.replace('://', '://sta%40tus:p%3Aw@'), limits });
    await channel.tell(watchHandover([someMail('ana')]).handover);
    expect(seen).toEqual([['sta@tus', 'p:w']]);
    expect(mailbox.received).toHaveLength(1);
    channel.close();
  });

  it('does not fail a mail because our own password is wrong', async () => {
    const mailbox = await openMailbox({
      authOptional: false,
      disabledCommands: [],
      onAuth: (_auth, _session, callback) => callback(new Error('Wrong password')),
    });
    const channel = openSmtpChannel({ url: mailbox.url.replace('://', '://status:wrong@'), limits });
    const { handover, answers } = watchHandover([someMail('ana')]);
    await channel.tell(handover);
    expect(answers.get(id)?.kind).toBe('parked');
    channel.close();
  });

  it('lets go at once when it is closed, and says that it does not know', async () => {
    const mailbox = await openMailbox();
    mailbox.mood = 'hang after message';
    const channel = openSmtpChannel({ url: mailbox.url });
    const { handover, answers } = watchHandover([someMail('ana')]);
    const telling = channel.tell(handover);
    await mailbox.waitForRead(1);
    channel.close();
    await telling;
    expect(answers.get(id)?.kind).toBe('doubtful');
  });
});
