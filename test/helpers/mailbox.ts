import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { waitUntil } from './wait.ts';

/** A mail that the server took, as bytes and as read by a mail program. */
export type ReceivedMail = {
  from: string;
  to: string[];
  raw: string;
  mail: ParsedMail;
};

/** How the server treats the next commands; change it at any time. */
export type MailboxMood =
  /** Takes everything. */
  | 'kind'
  /** Answers RCPT with 550: for good. */
  | 'refuse'
  /** Answers RCPT with 451: not now. */
  | 'defer'
  /** Answers the whole message with 554. */
  | 'refuse message'
  /** Answers the whole message with 451. */
  | 'defer message'
  /** Reads the message, then closes the connection without a reply. */
  | 'close after message'
  /** Reads the message, then says nothing more. */
  | 'hang after message'
  /** Accepts connections and never greets. */
  | 'mute';

export type Mailbox = {
  url: string;
  port: number;
  mood: MailboxMood;
  /** Recipients refused with 550 whatever the mood. */
  unknown: Set<string>;
  /** Mails that were accepted, in order. */
  received: ReceivedMail[];
  /** Mails that were read to the end, accepted or not. */
  read: number;
  connections: number;
  /** Resolves when `count` mails were accepted. */
  waitFor(count: number): Promise<ReceivedMail[]>;
  /** Resolves when `count` messages were read to the end. */
  waitForRead(count: number): Promise<void>;
  close(): Promise<void>;
};

function reply(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

/** A real SMTP server on loopback, closed when the test ends. */
export async function openMailbox(options: SMTPServerOptions = {}, atPort = 0): Promise<Mailbox> {
  // Benchmarks use the server too, where there is no test runner to ask.
  const { onTestFinished } = await import('vitest');
  const mailbox = await startMailbox(options, atPort);
  onTestFinished(mailbox.close);
  return mailbox;
}

/** A real SMTP server on loopback that keeps what it is sent, until it is closed. */
export async function startMailbox(options: SMTPServerOptions = {}, atPort = 0): Promise<Mailbox> {
  const held: (() => void)[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 200,
    onConnect(_session, callback) {
      mailbox.connections += 1;
      if (mailbox.mood === 'mute') held.push(callback);
      else callback();
    },
    onRcptTo({ address }, _session, callback) {
      if (mailbox.mood === 'refuse' || mailbox.unknown.has(address)) callback(reply(550, `No such box: <${address}>`));
      else if (mailbox.mood === 'defer') callback(reply(451, 'Come back later'));
      else callback();
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mailbox.read += 1;
        switch (mailbox.mood) {
          case 'hang after message':
            return held.push(callback);
          case 'close after message':
            return closeConnection(session.id);
          case 'refuse message':
            return callback(reply(554, 'We do not like it'));
          case 'defer message':
            return callback(reply(451, 'Try again'));
          default:
            return void keep(Buffer.concat(chunks).toString('utf8'), session.envelope, callback);
        }
      });
    },
    ...options,
  });

  function closeConnection(id: string): void {
    for (const connection of server.connections)
      if ('id' in connection && connection.id === id && '_socket' in connection)
        (connection._socket as { destroy(): void }).destroy();
  }

  type Envelope = { mailFrom: false | { address: string }; rcptTo: { address: string }[] };
  async function keep(raw: string, { mailFrom, rcptTo }: Envelope, callback: () => void): Promise<void> {
    mailbox.received.push({
      from: mailFrom === false ? '' : mailFrom.address,
      to: rcptTo.map(({ address }) => address),
      raw,
      mail: await simpleParser(raw),
    });
    callback();
  }

  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(atPort, '127.0.0.1', resolve));
  const address = server.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));

  const mailbox: Mailbox = {
    url: `smtp://127.0.0.1:${port}`,
    port,
    mood: 'kind',
    unknown: new Set(),
    received: [],
    read: 0,
    connections: 0,
    async waitFor(count) {
      await waitUntil(`${count} mails came`, () => mailbox.received.length >= count);
      return mailbox.received;
    },
    async waitForRead(count) {
      await waitUntil(`${count} messages were read`, () => mailbox.read >= count);
    },
    close,
  };
  return mailbox;
}
