import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makePage, makePageNow } from '#publish/bytes.ts';
import { contentOf } from '../helpers/site.ts';

const text = 'All systems are calm. '.repeat(200);

describe('makePage', () => {
  it('it encodes the same bytes whether somebody waits or not', async () => {
    expect((await makePage(contentOf(), text)).variants).toEqual(makePageNow(contentOf(), text).variants);
  });

  it('it compresses with brotli at a level that is quick', async () => {
    const { bodies } = await makePage(contentOf(), text);
    expect(brotliDecompressSync(bodies.br).toString()).toBe(text);
    expect(bodies.br.length).toBeLessThan(bodies.gzip.length);
  });

  it('it sends a body plainly where an encoding would make it longer', async () => {
    const { variants } = await makePage(contentOf(), 'ok');
    expect(variants.br).toBe(variants.identity);
    expect(variants.gzip).toBe(variants.identity);
  });

  it('it sends a picture byte for byte, since it is compressed already', async () => {
    const png = Buffer.concat([Buffer.from([0x89, 0xff, 0x00, 0xc3, 0x28]), Buffer.alloc(5_000)]);
    const { variants } = await makePage(contentOf({ kind: 'card', contentType: 'image/png' }), png);
    expect(variants.br).toBe(variants.identity);
    expect(variants.gzip.full.body).toEqual(png);
    expect(variants.gzip.full.headers['content-encoding']).toBeUndefined();
  });

  it('it gives back the page that is there when nothing changed', async () => {
    const before = await makePage(contentOf({ changedAt: 1 }), text);
    expect(await makePage(contentOf({ changedAt: 2 }), text, before)).toBe(before);
    const other = await makePage(contentOf({ changedAt: 2 }), `${text}!`, before);
    expect(other.changedAt).toBe(2);
    const stricter = await makePage(contentOf({ policy: "default-src 'self'" }), text, before);
    expect(stricter.variants.br.full.headers['content-security-policy']).toContain("default-src 'self'");
  });

  it('it lets a page be framed that is made for it, and no other', async () => {
    const policyOf = async (kind: 'frame' | 'page') =>
      (await makePage(contentOf({ kind, policy: "img-src 'self'; frame-ancestors 'none'; base-uri 'none'" }), 'x'))
        .variants.br.full.headers['content-security-policy'];
    expect(await policyOf('frame')).toBe("img-src 'self'; base-uri 'none'; frame-ancestors *");
    expect(await policyOf('page')).toContain("frame-ancestors 'none'");
  });

  it('it leaves a policy that names its own frames as it is', async () => {
    const { variants } = await makePage(contentOf({ policy: 'frame-ancestors *' }), text);
    expect(variants.br.full.headers['content-security-policy']).toBe('frame-ancestors *');
  });
});
