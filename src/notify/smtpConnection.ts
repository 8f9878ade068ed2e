import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import SMTPConnection, { type SMTPError } from 'nodemailer/lib/smtp-connection';
import type { Mail } from './mail.ts';

export type SmtpConnection = SMTPConnection;
export type SmtpError = SMTPError;

/** How long each part may take, in milliseconds. */
export type SmtpLimits = {
  /** Connecting, TLS and the greeting together. */
  connectMs: number;
  /** The server saying nothing at all. */
  silenceMs: number;
  /** One mail from MAIL to the final reply. */
  mailMs: number;
  /** Keeping a connection that nothing goes over. */
  idleMs: number;
};

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * Options from `smtp://user:password@host:port` or `smtps://...`. STARTTLS is used wherever it is offered, and
 * required where a password would otherwise cross a network in the clear. On this very machine any certificate will do.
 */
function optionsOf(url: URL, limits: SmtpLimits): ConstructorParameters<typeof SMTPConnection>[0] {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const here = isLoopback(host);
  const { connectMs, silenceMs } = limits;
  return {
    host,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    secure: url.protocol === 'smtps:',
    requireTLS: url.searchParams.get('requireTLS') === 'true' || (url.password !== '' && !here),
    tls: { rejectUnauthorized: !here },
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    dnsTimeout: connectMs,
    socketTimeout: silenceMs,
    socketCloseTimeout: 1_000,
  };
}

/** Connects, greets, and signs in where the address has a user. */
export function connectSmtp(address: string, limits: SmtpLimits): Promise<SMTPConnection> {
  const url = new URL(address);
  const connection = new SMTPConnection(optionsOf(url, limits));
  const { promise, resolve, reject } = Promise.withResolvers<SMTPConnection>();
  const fail = (error: Error) => {
    reject(error);
    connection.close();
  };
  // Every failure reaches whoever waits for the command; a listener must stay, or an idle one would end the process.
  connection.on('error', reject);
  connection.once('end', () => reject(new Error('The mail server closed the connection.')));
  connection.connect((error) => {
    if (error) return fail(error);
    if (url.username === '' || !connection.allowsAuth) return resolve(connection);
    const credentials = { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
    connection.login({ credentials }, (refused) => (refused ? fail(refused) : resolve(connection)));
  });
  return promise;
}

/**
 * Sends one mail to one person; `message` is read only after the server accepted the envelope and asked for it.
 * After a refusal the connection is ready for the next mail; after any other failure it is closed.
 * @returns the server's reply
 */
export function sendOver(
  connection: SMTPConnection,
  { from, to }: Pick<Mail, 'from' | 'to'>,
  message: Readable,
  limitMs: number,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const fail = (error: Error) => {
    reject(error);
    connection.close();
  };
  const timer = setTimeout(() => fail(new Error(`The mail server did not finish within ${limitMs} ms.`)), limitMs);
  // Where the library knows why, it says so right after this event.
  const ended = () => setImmediate(() => reject(new Error('The mail server closed the connection.')));
  connection.once('end', ended);
  connection.send({ from: from.address, to: [to] }, message, (error, info) => {
    if (!error) return resolve(info?.response ?? '');
    if (!error.responseCode) return fail(error);
    connection.reset((stuck) => {
      if (stuck) connection.close();
      reject(error);
    });
  });
  return promise.finally(() => {
    clearTimeout(timer);
    connection.off('end', ended);
  });
}
