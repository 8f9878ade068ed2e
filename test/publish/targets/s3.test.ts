import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { s3 } from '#publish/targets/s3.ts';
import type { Held } from '#publish/targets/target.ts';
import { siteOfTexts } from '../../contracts/target.ts';
import { expectedSignature, openS3 } from '../../helpers/s3.ts';

const long = '<p>row</p>'.repeat(500);
const site = siteOfTexts({ 'index.html': long, 'incidents/a/index.html': 'A' });

async function openStore(given: object = {}, patienceMs = 10_000) {
  const store = await openS3();
  const { endpoint, bucket, accessKeyId, secretAccessKey } = store;
  const settings = { endpoint, bucket, region: 'eu-central-1', accessKeyId, secretAccessKey, ...given };
  const target = s3.open(settings, { dir: 'unused', searchPath: '', patienceMs });
  const sync = (held: Held = new Map(), wanted = site) => target.sync(wanted, held, AbortSignal.timeout(30_000));
  return { ...store, sync };
}

describe('the store of the tests', () => {
  it('computes the signature of the example that AWS publishes', () => {
    const headers = {
      host: 'examplebucket.s3.amazonaws.com',
      range: 'bytes=0-9',
      'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'x-amz-date': '20130524T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=x',
    };
    expect(
      expectedSignature({ method: 'GET', url: '/test.txt', headers }, 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'),
    ).toBe('f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41');
  });
});

describe('the target s3', () => {
  it('writes home after what it links to, and the heartbeat last', async () => {
    const { sync, written } = await openStore();
    await sync();
    expect(written).toEqual([
      'PUT .intermission.json',
      'PUT incidents/a/index.html',
      'PUT index.html',
      'PUT heartbeat.json',
    ]);
  });

  it('asks for nothing but the heartbeat when nothing has changed', async () => {
    const { sync, written } = await openStore();
    const held: Held = new Map();
    await sync(held);
    const before = written.length;
    await sync(held);
    expect(written).toHaveLength(before);
  });

  it('removes nothing that a manifest names outside of the site', async () => {
    const { sync, objects } = await openStore({ prefix: 'status/' });
    const names = ['../thesis.txt', '/thesis.txt', 'a/../../thesis.txt', 'former.html'];
    const body = Buffer.from(JSON.stringify({ intermission: 1, files: names }));
    objects.set('status/.intermission.json', { body, headers: {} });
    for (const key of ['thesis.txt', 'status/former.html']) objects.set(key, { body: Buffer.from('x'), headers: {} });
    await sync();
    expect([...objects.keys()]).toContain('thesis.txt');
    expect([...objects.keys()]).not.toContain('status/former.html');
  });

  it('compresses text where it is told to, and says so', async () => {
    const { sync, objects } = await openStore({ gzip: true });
    const held: Held = new Map();
    await sync(held);
    const home = objects.get('index.html');
    expect(home?.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(home?.body ?? '').toString()).toBe(long);
    expect(objects.get('incidents/a/index.html')?.headers['content-encoding']).toBeUndefined();
    await sync(held);
  });

  it('continues where it was when the store gives out in the middle', async () => {
    const { sync, mood, written, objects } = await openStore();
    const many = siteOfTexts(
      Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`incidents/${i}/index.html`, `${i}`])),
    );
    mood.failWrites = (done) => done >= 20;
    const held: Held = new Map();
    await expect(sync(held, many)).rejects.toThrow(
      /^PUT incidents\/\d+\/index.html: the storage answered 503 SlowDown\.$/,
    );
    delete mood.failWrites;
    await sync(held, many);
    expect(objects.size).toBe(62);
    // What was acknowledged before is not written again: each once, and the manifest for each attempt at most.
    expect(written.filter((each) => each.includes('incidents'))).toHaveLength(60);
  });

  it.each([
    [{ secretAccessKey: 'wrong' }, 'GET heartbeat.json: the storage answered 403 SignatureDoesNotMatch.'],
    [{ accessKeyId: 'AKIDWRONG' }, 'GET heartbeat.json: the storage answered 403 InvalidAccessKeyId.'],
    [{ bucket: 'another-bucket' }, 'GET heartbeat.json: the storage answered 404 NoSuchBucket.'],
  ])('says what is wrong with its settings, without the keys: %j', async (given, sentence) => {
    const { sync } = await openStore(given);
    await expect(sync()).rejects.toThrow(sentence);
  });

  it('does not wait for ever', async () => {
    const { sync, mood } = await openStore({}, 200);
    mood.mute = true;
    await expect(sync()).rejects.toThrow('GET heartbeat.json: no answer within 0.2 s.');
  });

  it('says when there is nobody', async () => {
    const { sync } = await openStore({ endpoint: 'http://127.0.0.1:1' });
    await expect(sync()).rejects.toThrow(/^GET heartbeat.json: .+\.$/);
  });

  it('reads no endless answer', async () => {
    const { sync, mood, objects } = await openStore();
    objects.set('heartbeat.json', { body: Buffer.from(''), headers: {} });
    mood.flood = true;
    await expect(sync()).rejects.toThrow(/more than \d+ bytes/);
  });

  it('goes nowhere but to its endpoint', async () => {
    const other = await openS3();
    const { sync, mood } = await openStore();
    mood.redirectTo = `${other.endpoint}/x`;
    await expect(sync()).rejects.toThrow('redirects elsewhere');
    expect(other.written).toEqual([]);
  });
});
