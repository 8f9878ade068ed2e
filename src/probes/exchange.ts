import { type ClientRequestArgs, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { type SecureContext, TLSSocket } from 'node:tls';
import { type Body, noBody, readBody } from './body.ts';
import type { Deadline } from './deadline.ts';
import type { Egress, Families } from './egress.ts';
import type { Validity } from './expiry.ts';
import { Miss } from './miss.ts';
import { startTls, validityOf } from './secure.ts';

/** One HTTP request, ready to send. */
export type Ask = {
  method: string;
  url: URL;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
};

/** What came back. */
export type Answer = {
  status: number;
  /** Names in lower case. */
  headers: IncomingHttpHeaders;
  body: Body;
  /** Of the certificate that ends first; null without TLS. */
  validity: Validity | null;
  /** From the first packet to the last byte read; name resolution left out. */
  tookMs: number;
};

/** How an exchange reaches its target. */
export type Wire = {
  egress: Egress;
  deadline: Deadline;
  families: Families;
  secureContext: SecureContext | undefined;
};

const headerLimitBytes = 16 * 1024;

/** More interim answers (1xx) than these before the real one are an attack. */
const interimLimit = 10;

function send({ method, url, headers, body }: Ask, stream: Duplex): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options: ClientRequestArgs = {
      method,
      path: url.pathname + url.search,
      headers: { host: url.host, 'accept-encoding': 'identity', accept: '*/*', ...headers },
      // Without an agent nothing is pooled and no proxy is asked: the request has this stream and closes it.
      createConnection: () => stream,
      maxHeaderSize: headerLimitBytes,
    };
    const outgoing = request(options);
    let response: IncomingMessage | undefined;
    let interim = 0;
    outgoing.on('error', (error) => {
      // After the header the body's reader is the one to be told, in the parser's own words; after the body nobody.
      if (!response) reject(error);
      else if (!response.complete) response.destroy(error);
    });
    outgoing.on('information', () => {
      interim += 1;
      if (interim > interimLimit) outgoing.destroy(new Miss('fail', 'http: too many interim answers (1xx)'));
    });
    outgoing.once('upgrade', () => reject(new Miss('fail', 'http: the target switched to another protocol')));
    outgoing.once('response', (incoming) => {
      response = incoming;
      incoming.on('error', () => {});
      resolve(incoming);
    });
    outgoing.end(body);
  });
}

/** RFC 9110 section 6.4.1, whatever the header says about length and coding. */
function hasBody(method: string, status: number): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304;
}

/**
 * Sends one request over a socket of its own and reads the beginning of the answer. Follows nothing, keeps nothing.
 * @throws Miss
 */
export async function exchange(ask: Ask, { egress, deadline, families, secureContext }: Wire): Promise<Answer> {
  const { url } = ask;
  const isSecure = url.protocol === 'https:';
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  const { socket, dialledAt } = await egress.connect({ host: url.hostname, port, ...families }, deadline);
  try {
    const options = { host: url.hostname, secureContext, protocols: ['http/1.1'] };
    const stream = isSecure ? await deadline.within('tls', () => startTls(socket, options)) : socket;
    const validity = stream instanceof TLSSocket ? validityOf(stream) : null;
    const response = await deadline.within('http', () => send(ask, stream));
    const { statusCode: status = 0, headers } = response;
    const body = hasBody(ask.method, status)
      ? await deadline.within('body', (signal) => readBody(response, signal))
      : noBody;
    return { status, headers, body, validity, tookMs: performance.now() - dialledAt };
  } finally {
    socket.destroy();
  }
}
