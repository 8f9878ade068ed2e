import { makeCertificate } from './certificate.ts';
import { drip, pour, type Script, startTcpTarget, startTlsTarget } from './target.ts';

export const head = 'HTTP/1.1 200 OK\r\nconnection: close\r\n';
export const whole = `${head}content-length: 4\r\n\r\nfine`;

/** What a target does once a request has come, and why the look fails, `<class>: <sentence>`; null when it is ok. */
export const webScripts: [name: string, script: Script, reason: RegExp | null][] = [
  ['says nothing', () => {}, /^timeout: no complete header within \d+ ms$/],
  ['resets', (socket) => socket.resetAndDestroy(), /^http: connection reset$/],
  ['hangs up', (socket) => socket.end(), /^http: connection reset$/],
  [
    'speaks another protocol',
    (socket) => socket.end('220 mail.example ESMTP\r\n'),
    /^http: the answer is not valid HTTP/,
  ],
  ['drips its header', (socket) => drip(socket, whole, 200), /^timeout: no complete header within \d+ ms$/],
  [
    'drips its body',
    (socket) => {
      socket.write(`${head}content-length: 400\r\n\r\n`);
      drip(socket, '.'.repeat(400), 200);
    },
    /^timeout: the body did not end within \d+ ms$/,
  ],
  [
    'stops in its body',
    (socket) => void socket.write(`${head}content-length: 400\r\n\r\nhalf`),
    /^timeout: the body did not end within \d+ ms$/,
  ],
  ['hangs up in its body', (socket) => socket.end(`${head}content-length: 400\r\n\r\nhalf`), /^body: /],
  [
    'resets in its body',
    (socket) =>
      socket.write(`${head}content-length: 400\r\n\r\nhalf`, () => setTimeout(() => socket.resetAndDestroy(), 50)),
    /^body: connection reset$/,
  ],
  [
    'sends a chunk of no size',
    (socket) => socket.end(`${head}transfer-encoding: chunked\r\n\r\n4\r\nfine\r\nnot a size\r\n`),
    /^http: the answer is not valid HTTP \(HPE_INVALID_CHUNK_SIZE\)$/,
  ],
  [
    'sends a chunk of no size later',
    (socket) => {
      socket.write(`${head}transfer-encoding: chunked\r\n\r\n4\r\nfine\r\n`);
      setTimeout(() => socket.end('not a size\r\n'), 50);
    },
    /^http: the answer is not valid HTTP \(HPE_INVALID_CHUNK_SIZE\)$/,
  ],
  [
    'sends a header of 100 kB',
    (socket) => socket.end(`${head}x-long: ${'x'.repeat(100_000)}\r\ncontent-length: 4\r\n\r\nfine`),
    /^http: the header is larger than 16 kB$/,
  ],
  [
    'sends headers without end',
    (socket) => {
      socket.write(head);
      pour(socket, 'x-more: and more\r\n');
    },
    /^http: the header is larger than 16 kB$/,
  ],
  [
    'sends interim answers without end',
    (socket) => pour(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n'),
    /^http: too many interim answers/,
  ],
  [
    'gives two lengths',
    (socket) => socket.end(`${head}content-length: 4\r\ncontent-length: 5\r\n\r\nfine`),
    /^http: the answer is not valid HTTP/,
  ],
  [
    'switches protocols',
    (socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: film\r\n\r\n'),
    /^http: the target switched to another protocol$/,
  ],
  ['sends more than it said', (socket) => socket.end(`${whole}and more`), null],
  ['sends 204 with a body', (socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\nno content?'), null],
  [
    'sends a body without end',
    (socket) => {
      socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
      pour(socket, `4000\r\n${'.'.repeat(0x4000)}\r\n`);
    },
    null,
  ],
];

type SecureTarget = { port: number; tlsCa?: string };

const here = { addresses: ['127.0.0.1'] };

/** A target of TLS with such a certificate, and whom to trust. */
async function withCertificate(options: Parameters<typeof makeCertificate>[0]): Promise<SecureTarget> {
  const { key, cert, path } = await makeCertificate(options);
  return { port: await startTlsTarget({ key, cert }, () => {}), tlsCa: path };
}

/** What a target does before it can be asked anything, and why no look over TLS succeeds. */
export const tlsTargets: [name: string, start: () => Promise<SecureTarget>, reason: RegExp][] = [
  ['has expired', () => withCertificate({ ...here, toDays: -1 }), /^tls: certificate has expired$/],
  ['is not valid yet', () => withCertificate({ ...here, fromDays: 1 }), /^tls: certificate is not yet valid$/],
  ['is for another', () => withCertificate({ addresses: ['127.0.0.2'] }), /^tls: IP: 127\.0\.0\.1 is not in the cert/],
  ['vouches for itself', async () => ({ port: (await withCertificate(here)).port }), /^tls: self-signed certificate$/],
  [
    'leaves out an authority between',
    async () => {
      const root = await makeCertificate({ commonName: 'Lanterna Root' });
      const between = await makeCertificate({ commonName: 'Lanterna Between', by: root });
      const { port } = await withCertificate({ ...here, by: between });
      return { port, tlsCa: root.path };
    },
    /^tls: unable to (verify the first certificate|get local issuer certificate)$/,
  ],
  [
    'shows a chain of hundreds',
    async () => {
      const { key, cert, path } = await makeCertificate(here);
      return { port: await startTlsTarget({ key, cert: Array(400).fill(cert).join('\n') }, () => {}), tlsCa: path };
    },
    /^tls: /,
  ],
  [
    'speaks TLS 1.0 only',
    async () => {
      const { key, cert, path } = await makeCertificate(here);
      const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      return { port: await startTlsTarget({ key, cert, ...old }, () => {}), tlsCa: path };
    },
    /^tls: /,
  ],
  ['wants a name and is given none', async () => ({ port: await startTlsTarget({}, () => {}) }), /^tls: /],
  [
    'says nothing after the greeting',
    async () => ({ port: await startTcpTarget((socket) => void socket.resume()) }),
    /^timeout: no TLS session within \d+ ms$/,
  ],
  [
    'drips its greeting',
    async () => ({
      port: await startTcpTarget((socket) => {
        socket.write(Buffer.from([0x16, 3, 3, 0x40, 0, 2, 0, 0x3f, 0xfc]));
        drip(socket, '.'.repeat(400), 100);
      }),
    }),
    /^(timeout: no TLS session within \d+ ms|tls: .*)$/,
  ],
  [
    'answers the greeting in plain words',
    async () => ({
      port: await startTcpTarget((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 No\r\n\r\n'))),
    }),
    /^tls: /,
  ],
  [
    'resets at the greeting',
    async () => ({ port: await startTcpTarget((socket) => socket.once('data', () => socket.resetAndDestroy())) }),
    /^tls: connection reset$/,
  ],
];

/** A target that begins its handshake anew again and again and never comes to the point. */
export async function startRenegotiatingTarget(): Promise<SecureTarget> {
  const { key, cert, path } = await makeCertificate(here);
  const port = await startTlsTarget({ key, cert, maxVersion: 'TLSv1.2' }, (socket) => {
    socket.resume();
    const again = () => void (socket.destroyed || socket.renegotiate({}, (error) => error || setImmediate(again)));
    again();
  });
  return { port, tlsCa: path };
}
