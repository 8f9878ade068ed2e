import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

/** What a request says of itself, as far as the signature covers it. */
export type SignedRequest = {
  method: string;
  /** Path and query as they were sent. */
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
};

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();

/**
 * The signature that a request must carry, by the words of AWS ("Authenticating Requests: Using the Authorization
 * Header"), without the package that the product signs with.
 */
export function expectedSignature({ method, url, headers }: SignedRequest, secret: string): string {
  const authorization = String(headers['authorization']);
  const [, scope = '', signed = ''] = /Credential=[^/]+\/([^,]+), ?SignedHeaders=([^,]+)/.exec(authorization) ?? [];
  const [path = '', query = ''] = url.split('?');
  const canonicalQuery = query.split('&').filter(Boolean).toSorted().join('&');
  const canonicalHeaders = signed
    .split(';')
    .map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, ' ')}\n`);
  const payload = String(headers['x-amz-content-sha256']);
  const canonical = [method, path, canonicalQuery, canonicalHeaders.join(''), signed, payload].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', String(headers['x-amz-date']), scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((before, part) => hmac(before, part), `AWS4${secret}`);
  return hmac(key, toSign).toString('hex');
}

export type StoredObject = { body: Buffer; headers: Record<string, string> };
type Mood = { failWrites?: (done: number) => boolean; mute?: boolean; flood?: boolean; redirectTo?: string };

const kept = ['content-type', 'cache-control', 'content-encoding'];
const farApartMs = 15 * 60_000;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A store on loopback with the manners of S3: it believes no signature, and keeps what it was told to keep. */
export async function openS3() {
  const keys = { accessKeyId: 'AKIDOFTHETEST', secretAccessKey: 'the+secret/of=the test, never to be told' };
  const objects = new Map<string, StoredObject>();
  const written: string[] = [];
  const mood: Mood = {};
  const bucket = 'status-of-the-test';

  function refuse(response: ServerResponse, status: number, code: string): void {
    const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><AWSAccessKeyId>${keys.accessKeyId}</AWSAccessKeyId></Error>`;
    response.writeHead(status, { 'content-type': 'application/xml' }).end(xml);
  }

  function mistakeIn(request: IncomingMessage, body: Buffer): [number, string] | null {
    const { method = '', url = '', headers } = request;
    const date = String(headers['x-amz-date']).replace(
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
      '$1-$2-$3T$4:$5:$6Z',
    );
    if (!(Math.abs(Date.now() - Date.parse(date)) < farApartMs)) return [403, 'RequestTimeTooSkewed'];
    if (!headers.authorization?.includes(`Credential=${keys.accessKeyId}/`)) return [403, 'InvalidAccessKeyId'];
    const given = /Signature=([0-9a-f]{64})$/.exec(headers.authorization)?.[1];
    if (given !== expectedSignature({ method, url, headers }, keys.secretAccessKey))
      return [403, 'SignatureDoesNotMatch'];
    if (headers['x-amz-content-sha256'] !== sha256(body)) return [400, 'XAmzContentSHA256Mismatch'];
    if (!url.startsWith(`/${bucket}/`)) return [404, 'NoSuchBucket'];
    return null;
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    if (mood.mute) return;
    if (mood.redirectTo) return void response.writeHead(307, { location: mood.redirectTo }).end();
    const mistake = mistakeIn(request, body);
    if (mistake) return refuse(response, ...mistake);
    const key = decodeURIComponent((request.url ?? '').slice(bucket.length + 2));
    if (request.method === 'GET') {
      const found = objects.get(key);
      if (!found) return refuse(response, 404, 'NoSuchKey');
      response.writeHead(200, found.headers);
      if (!mood.flood) return void response.end(found.body);
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024)));
      };
      response.on('drain', more);
      return more();
    }
    if (mood.failWrites?.(written.length)) return refuse(response, 503, 'SlowDown');
    written.push(`${request.method} ${key}`);
    if (request.method === 'DELETE') objects.delete(key);
    else {
      const headers = kept.flatMap((name) => (request.headers[name] ? [[name, String(request.headers[name])]] : []));
      objects.set(key, { body, headers: Object.fromEntries(headers) });
    }
    response.writeHead(request.method === 'DELETE' ? 204 : 200).end();
  }

  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return { endpoint: `http://127.0.0.1:${address.port}`, bucket, ...keys, objects, written, mood };
}
