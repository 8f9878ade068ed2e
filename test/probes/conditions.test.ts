import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseProbe } from '#probes/registry.ts';
import { findingOf } from '../helpers/finding.ts';
import { startHttpTarget } from '../helpers/target.ts';

const ok = { outcome: 'ok', latencyMs: expect.any(Number), reason: null };
const fail = (reason: string) => ({ outcome: 'fail', latencyMs: expect.any(Number), reason });

const answering = (body: string, headers: Record<string, string | string[]> = {}) =>
  startHttpTarget((_, response) => response.writeHead(200, headers).end(body));

describe('a regular expression', () => {
  it('must match somewhere in the body, or nowhere', async () => {
    const url = await answering('twelve films, 3 juries');
    expect(await findingOf('http', { url, matches: ['\\d juries', '^twelve'], doesNotMatch: '(?i)ERROR' })).toEqual(ok);
    expect(await findingOf('http', { url, matches: '^\\d' })).toEqual(
      fail('body: nothing in the body matches "^\\\\d"'),
    );
    expect(await findingOf('http', { url, doesNotMatch: ['x', 'jur(y|ies)'] })).toEqual(
      fail('body: something in the body matches "jur(y|ies)"'),
    );
  });

  it('that backtracks for ever elsewhere ends here on the largest body', async () => {
    const url = await answering(`${'a'.repeat(64 * 1024 - 1)}!`);
    expect(await findingOf('http', { url, doesNotMatch: ['(a+)+$', '(a|aa)+$', '(.*a){12}x'] })).toEqual(ok);
  });

  it('keeps no memory of a text that was made to fill it', async () => {
    const letters = Array.from(randomBytes(64 * 1024), (byte) => String.fromCharCode(97 + (byte % 26)));
    const url = await answering(letters.join(''));
    const before = process.memoryUsage().rss;
    const doesNotMatch = ['[a-m].{40}[QR]', '[a-m].{20}[n-z].{20}[QR]', '(a|b|c|d|e).{90}[QR]'];
    expect(await findingOf('http', { url, doesNotMatch })).toEqual(ok);
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
  });

  it.each([
    ['(', 'a regular expression in RE2 syntax'],
    ['(a)\\1', 'a regular expression in RE2 syntax'],
    ['(?=a)', 'a regular expression in RE2 syntax'],
    ['((a{0,30}){0,30})', 'a smaller regular expression'],
    ['a{1001}', 'a regular expression in RE2 syntax'],
  ])('%s is refused', (matches, words) => {
    expect(() => parseProbe('http', { url: 'http://film.example/', matches })).toThrow(words);
  });
});

describe('a header of the answer', () => {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'set-cookie': ['a=1', 'b=2'] };
  const look = async (...expectHeaders: object[]) =>
    findingOf('http', { url: await answering('', headers), expectHeaders });

  it('may be expected to be there, not to be there, or to match', async () => {
    expect(
      await look(
        { name: 'Content-Type', matches: '^text/html' },
        { name: 'x-powered-by', presence: 'absent' },
        { name: 'x-cache', presence: 'optional', matches: 'HIT' },
        { name: 'set-cookie', matches: 'a=1, b=2', doesNotMatch: 'secret' },
      ),
    ).toEqual(ok);
  });

  it.each([
    [{ name: 'x-frame-options' }, 'header: there is no x-frame-options'],
    [{ name: 'Content-Type', presence: 'absent' }, 'header: there is a Content-Type'],
    [{ name: 'content-type', matches: 'json$' }, 'header: content-type does not match "json$"'],
    [{ name: 'content-type', doesNotMatch: 'utf-8' }, 'header: content-type matches "utf-8"'],
    [{ name: 'content-type', presence: 'optional', matches: 'json' }, 'header: content-type does not match "json"'],
  ])('as in %j fails', async (condition, reason) => {
    expect(await look(condition)).toEqual(fail(reason));
  });

  it('that must be absent has no pattern', () => {
    const expectHeaders = [{ name: 'a', presence: 'absent', matches: 'b' }];
    expect(() => parseProbe('http', { url: 'http://film.example/', expectHeaders })).toThrow('no pattern for a header');
  });
});

describe('a place of a JSON body', () => {
  const document = {
    state: 'open',
    films: [
      { id: 1, minutes: 9 },
      { id: 2, minutes: 12 },
    ],
    error: null,
    ready: true,
  };
  const look = async (...expectJson: object[]) =>
    findingOf('http', { url: await answering(JSON.stringify(document)), expectJson });

  it('is compared with a value', async () => {
    expect(
      await look(
        { path: '$.state', equals: 'open', notEquals: 'closed', matches: '^o' },
        { path: '$.films[*].minutes', above: 8, below: 13 },
        { path: '$.films[?@.id == 2].minutes', equals: 12 },
        { path: '$..id', above: 0 },
        { path: '$.error', equals: null },
        { path: '$.ready', equals: true },
        { path: '$.films[5]', exists: false },
        { path: "$['state']" },
      ),
    ).toEqual(ok);
  });

  it.each([
    [{ path: '$.state', equals: 'closed' }, 'json: $.state is "open", expected "closed"'],
    [{ path: '$.state', equals: 1 }, 'json: $.state is "open", expected 1'],
    [{ path: '$.films[*].id', equals: 1 }, 'json: $.films[*].id is 2, expected 1'],
    [{ path: '$.state', notEquals: 'open' }, 'json: $.state is "open", expected another value'],
    [{ path: '$.films[0].minutes', above: 9 }, 'json: $.films[0].minutes is 9, expected more than 9'],
    [{ path: '$.films[1].minutes', below: 12 }, 'json: $.films[1].minutes is 12, expected less than 12'],
    [{ path: '$.state', above: 0 }, 'json: $.state is "open", expected more than 0'],
    [{ path: '$.ready', matches: 'true' }, 'json: $.ready is true, expected a text that matches "true"'],
    [{ path: '$.jury' }, 'json: there is nothing at $.jury'],
    [{ path: '$.films', exists: false }, 'json: there is something at $.films'],
  ])('as in %j fails', async (condition, reason) => {
    expect(await look(condition)).toEqual(fail(reason));
  });

  it.each([
    ['no JSON', '<html>', 'json: the body is not JSON'],
    ['an empty body', '', 'json: the body is not JSON'],
    ['more than 64 kB', `"${'x'.repeat(70_000)}"`, 'json: the body is larger than 64 kB'],
    ['a nest', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 'json: the document is nested too deeply for $..a'],
  ])('in %s fails', async (_, body, reason) => {
    const finding = await findingOf('http', { url: await answering(body), expectJson: [{ path: '$..a' }] });
    expect(finding).toEqual(fail(reason));
  });

  it.each([
    ['$..a..b', 'descends (..) once'],
    ['$..[?@..a]', 'descends (..) once'],
    ['$[?count($.*) > 1]', '$ at its beginning only'],
    ['$[?match(@.a, "(a+)+$")]', 'without match() and search()'],
    ['$[?search(@.a, "b")]', 'without match() and search()'],
    ['$[*,*][*,*]', 'one selector in each bracket'],
    ['films', 'a JSON path, such as'],
    ['$.', 'a JSON path, such as'],
  ])('at %s is refused', (path, words) => {
    expect(() => parseProbe('http', { url: 'http://film.example/', expectJson: [{ path }] })).toThrow(words);
  });

  it('may have in a text what it may not have outside', async () => {
    expect(await look({ path: "$['a, $..b match(']", exists: false })).toEqual(ok);
  });
});

describe('a redirect that is not to be followed', () => {
  it('is judged itself', async () => {
    const url = await startHttpTarget((_, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end());
    expect(await findingOf('http', { url, followRedirects: false })).toEqual(fail('http: status 302, expected 2xx'));
    const conditions = { status: '3xx', expectHeaders: [{ name: 'location', matches: '^http://10' }] };
    expect(await findingOf('http', { url, followRedirects: false, ...conditions })).toEqual(ok);
  });
});
