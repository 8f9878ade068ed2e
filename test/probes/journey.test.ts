import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { parseProbe } from '#probes/registry.ts';
import { makeCertificate } from '../helpers/certificate.ts';
import { findingOf } from '../helpers/finding.ts';
import { startHttpsTarget, startHttpTarget } from '../helpers/target.ts';

const ok = { outcome: 'ok', latencyMs: expect.any(Number), reason: null };
const fail = (reason: string) => ({ outcome: 'fail', latencyMs: null, reason });

type Faults = { submit?: (response: ServerResponse) => void; receipt?: (response: ServerResponse) => void };

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

/** A small house of film: sign in, submit, see the receipt, take it back. It remembers what was asked, and the films. */
async function startFilmHouse(faults: Faults = {}) {
  const asked: string[] = [];
  const films = new Map<string, { title: string }>();
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '' } = request;
    asked.push(`${method} ${url}`);
    const body = await textOf(request);
    if (method === 'POST' && url === '/session') {
      const form = new URLSearchParams(body);
      if (form.get('name') !== 'probe' || form.get('password') !== 'open & shut') return response.writeHead(401).end();
      const headers = { location: '/welcome', 'set-cookie': 'session=s-4711; Path=/; HttpOnly', 'x-csrf': 'c"1\\2' };
      return response.writeHead(303, headers).end();
    }
    if (!request.headers.cookie?.includes('session=s-4711')) return response.writeHead(403).end('who are you?');
    if (url === '/welcome') return response.end('<p>Welcome, token=(tok-99)</p>');
    if (method === 'POST' && url === '/films') {
      const { title, csrf } = JSON.parse(body);
      if (csrf !== 'c"1\\2' || request.headers['x-token'] !== 'tok-99') return response.writeHead(400).end();
      films.set('f/1', { title });
      if (faults.submit) return faults.submit(response);
      return response.writeHead(201, { location: '/films/f%2F1' }).end(JSON.stringify({ id: 'f/1', title }));
    }
    const film = url === '/films/f%2F1' ? films.get('f/1') : undefined;
    if (!film) return response.writeHead(404).end();
    if (method === 'DELETE') {
      films.delete('f/1');
      return response.writeHead(204).end();
    }
    if (faults.receipt) return faults.receipt(response);
    return response.end(JSON.stringify(film));
  };
  const url = await startHttpTarget((request, response) => void handle(request, response));
  return { url, asked, films };
}

const submission = { title: 'probe {{run}}', csrf: '{{csrf}}' };

const stepsAt = (url: string): Record<string, unknown>[] => [
  {
    name: 'sign in',
    url: `${url}session`,
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: 'name=probe&password=open+%26+shut',
    status: 303,
    extract: { csrf: { header: 'X-Csrf' }, next: { header: 'location' } },
  },
  { name: 'see the desk', url: '{{next}}', extract: { token: { matches: 'token=\\((.*?)\\)' } } },
  {
    name: 'submit a film',
    url: '/films',
    method: 'POST',
    headers: { 'content-type': 'application/json', 'X-Token': '{{token}}' },
    body: JSON.stringify(submission),
    status: 201,
    extract: { film: { json: '$.id' } },
  },
  {
    name: 'see the receipt',
    url: '/films/{{film}}',
    contains: 'probe {{run}}',
    expectJson: [{ path: '$.title', equals: 'probe {{run}}' }],
  },
  { name: 'take it back', url: '/films/{{film}}', method: 'DELETE', status: 204, always: true },
];

describe('a journey', () => {
  it('carries cookies and values from step to step to its end', async () => {
    const { url, asked, films } = await startFilmHouse();
    expect(await findingOf('journey', { steps: stepsAt(url) })).toEqual(ok);
    expect(asked).toEqual(['POST /session', 'GET /welcome', 'POST /films', 'GET /films/f%2F1', 'DELETE /films/f%2F1']);
    expect(films.size).toBe(0);
  });

  it('keeps nothing from one time to the next', async () => {
    const { url, asked } = await startFilmHouse();
    await findingOf('journey', { steps: stepsAt(url) });
    const steps = [{ name: 'look', url: `${url}welcome` }];
    expect(await findingOf('journey', { steps })).toEqual(fail('http: in step "look", status 403, expected 2xx'));
    expect(asked.at(-1)).toBe('GET /welcome');
  });

  it('makes its own name each time', async () => {
    const titles: string[] = [];
    const url = await startHttpTarget((request, response) => {
      titles.push(request.url ?? '');
      response.end();
    });
    const settings = {
      steps: [
        { name: 'a', url: `${url}{{run}}` },
        { name: 'b', url: '/{{run}}' },
      ],
    };
    await findingOf('journey', settings);
    await findingOf('journey', settings);
    expect(titles[0]).toBe(titles[1]);
    expect(titles[2]).toBe(titles[3]);
    expect(titles[0]).toMatch(/^\/[0-9a-f]{16}$/);
    expect(new Set(titles).size).toBe(2);
  });

  it('follows redirects with the cookies they set', async () => {
    const url = await startHttpTarget((request, response) => {
      if (request.url === '/in') return response.writeHead(302, { location: '/desk', 'set-cookie': 'a=1' }).end();
      return response.writeHead(request.headers.cookie === 'a=1' ? 200 : 403).end();
    });
    expect(await findingOf('journey', { steps: [{ name: 'sign in', url: `${url}in` }] })).toEqual(ok);
  });

  it('takes no cookie for another host, and gives none to one', async () => {
    const seen: (string | undefined)[] = [];
    const other = await startHttpTarget((request, response) => {
      seen.push(request.headers.cookie);
      response.writeHead(200, { 'set-cookie': 'b=2; Domain=film.example' }).end();
    }, '::1');
    const url = await startHttpTarget((_, response) => response.writeHead(200, { 'set-cookie': 'a=1' }).end());
    const steps = [
      { name: 'here', url },
      { name: 'there', url: other },
      { name: 'again', url: other },
    ];
    expect(await findingOf('journey', { steps })).toEqual(ok);
    expect(seen).toEqual([undefined, undefined]);
  });
});

describe('a step that fails', () => {
  it('is named, and the steps after it are left out, but not the cleaning up', async () => {
    const { url, asked, films } = await startFilmHouse({ receipt: (response) => response.writeHead(500).end() });
    expect(await findingOf('journey', { steps: stepsAt(url) })).toEqual(
      fail('http: in step "see the receipt", status 500, expected 2xx'),
    );
    expect(asked.at(-1)).toBe('DELETE /films/f%2F1');
    expect(films.size).toBe(0);
  });

  it('is cleaned up after with the values it gave all the same', async () => {
    const { url, films } = await startFilmHouse({ submit: (response) => response.writeHead(200).end('{"id":"f/1"}') });
    expect(await findingOf('journey', { steps: stepsAt(url) })).toEqual(
      fail('http: in step "submit a film", status 200, expected 201'),
    );
    expect(films.size).toBe(0);
  });

  it('before anything was made leaves nothing to clean up', async () => {
    const { url, asked } = await startFilmHouse();
    const [signIn, ...others] = stepsAt(url);
    const steps = [{ ...signIn, body: 'name=nobody' }, ...others];
    expect(await findingOf('journey', { steps })).toEqual(fail('http: in step "sign in", status 401, expected 303'));
    expect(asked).toEqual(['POST /session']);
  });

  it('by hanging leaves time to clean up', async () => {
    const { url, films } = await startFilmHouse({ receipt: () => {} });
    const finding = await findingOf('journey', { steps: stepsAt(url) }, { timeoutMs: 1_000 });
    expect(finding).toEqual({
      outcome: 'fail',
      latencyMs: null,
      reason: expect.stringMatching(/^timeout: in step "see the receipt", no complete header within \d+ ms$/),
    });
    expect(films.size).toBe(0);
  });

  it('by its own limit says so', async () => {
    const url = await startHttpTarget(() => {});
    const finding = await findingOf('journey', { steps: [{ name: 'look', url, timeoutMs: 150 }] });
    expect(finding.reason).toMatch(/^timeout: in step "look", no complete header within 1[45]\d ms$/);
  });

  it('while cleaning up is named as well', async () => {
    const { url } = await startFilmHouse();
    const steps = stepsAt(url).map((step) => (step['always'] ? { ...step, status: 200 } : step));
    expect(await findingOf('journey', { steps })).toEqual(
      fail('http: in step "take it back", status 204, expected 200'),
    );
  });

  it('for want of a value says which', async () => {
    const url = await startHttpTarget((_, response) => response.end('{"film":{}}'));
    const look = (extraction: object) =>
      findingOf('journey', { steps: [{ name: 'look', url, extract: { film: extraction } }] });
    for (const extraction of [{ json: '$.id' }, { json: '$.film' }, { matches: 'id=(\\d+)' }, { header: 'x-film' }])
      expect(await look(extraction)).toEqual(fail('journey: in step "look", the answer has no {{film}}'));
  });

  it('because it is blocked is unknown', async () => {
    const url = await startHttpTarget((_, response) => response.end());
    const steps = [
      { name: 'here', url },
      { name: 'inside', url: 'http://10.0.0.1/' },
    ];
    expect(await findingOf('journey', { steps })).toEqual({
      outcome: 'unknown',
      latencyMs: null,
      reason: expect.stringMatching(/^blocked: in step "inside", 10\.0\.0\.1 is not public: /),
    });
  });
});

describe('a value', () => {
  it('does not lead to a host that the settings do not name', async () => {
    const elsewhere = await startHttpTarget((_, response) => response.end());
    const url = await startHttpTarget((_, response) => response.writeHead(200, { location: elsewhere }).end());
    const steps = [
      { name: 'ask', url, extract: { next: { header: 'location' } } },
      { name: 'go', url: '{{next}}', headers: { authorization: 'Bearer sesame' } },
    ];
    expect(await findingOf('journey', { steps })).toEqual(
      fail('journey: in step "go", {{next}} leads to another host'),
    );
  });

  it('stays one value, whatever is in it', async () => {
    const seen: string[] = [];
    const url = await startHttpTarget(async (request, response) => {
      seen.push(`${request.url} ${await textOf(request)}`);
      response.end(JSON.stringify({ id: '../a?b=c&d="e"\\' }));
    });
    const extract = { id: { json: '$.id' } };
    const steps = [
      { name: 'ask', url, extract },
      { name: 'path', url: '/films/{{id}}' },
      {
        name: 'form',
        url: '/form',
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'id={{id}}',
      },
      {
        name: 'json',
        url: '/json',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"id":"{{id}}"}',
      },
    ];
    expect(await findingOf('journey', { steps })).toEqual(ok);
    const encoded = '..%2Fa%3Fb%3Dc%26d%3D%22e%22%5C';
    expect(seen.slice(1)).toEqual([
      `/films/${encoded} `,
      `/form id=${encoded}`,
      '/json {"id":"../a?b=c&d=\\"e\\"\\\\"}',
    ]);
  });

  it('that does not fit into a header fails', async () => {
    const url = await startHttpTarget((_, response) => response.end('{"a":"x\\r\\ny: z"}'));
    const steps = [
      { name: 'ask', url, extract: { a: { json: '$.a' } } },
      { name: 'say', url: '/', headers: { 'x-a': '{{a}}' } },
    ];
    expect(await findingOf('journey', { steps })).toEqual(
      fail('journey: in step "say", a value does not fit into a header'),
    );
  });

  it('leaves the words of a reason as they are, even when it is one of them', async () => {
    const url = await startHttpTarget((_, response) => response.end('{"token":"json"}'));
    const steps = [
      { name: 'json', url, extract: { token: { json: '$.token' } } },
      { name: 'say json', url: '/', expectJson: [{ path: '$.other' }] },
    ];
    expect(await findingOf('journey', { steps })).toEqual(
      fail('json: in step "say json", there is nothing at $.other'),
    );
  });

  it('never stands in a reason: it may be a session', async () => {
    const url = await startHttpTarget((_, response) => response.end('{"token":"tok-4711-secret"}'));
    const steps = [
      { name: 'ask', url, extract: { token: { json: '$.token' } } },
      { name: 'say', url: '/', expectJson: [{ path: '$.token', equals: 'x{{token}}' }] },
    ];
    expect(await findingOf('journey', { steps })).toEqual(
      fail('json: in step "say", $.token is "[hidden]", expected "x[hidden]"'),
    );
  });
});

describe('the time of a journey', () => {
  const slow = () => startHttpTarget((_, response) => setTimeout(() => response.end(), 80));

  it('is that of all its steps', async () => {
    const url = await slow();
    const finding = await findingOf('journey', {
      steps: [
        { name: 'a', url },
        { name: 'b', url },
      ],
      degradedOverMs: 120,
    });
    expect(finding).toMatchObject({
      outcome: 'degraded',
      reason: expect.stringMatching(/^slow: \d+ ms, expected at most 120 ms$/),
    });
    expect(finding.latencyMs).toBeGreaterThanOrEqual(156);
  });

  it('may be limited for one step, which is then named', async () => {
    const url = await slow();
    const finding = await findingOf('journey', {
      steps: [
        { name: 'a', url },
        { name: 'b', url, degradedOverMs: 40 },
      ],
    });
    expect(finding).toMatchObject({
      outcome: 'degraded',
      reason: expect.stringMatching(/^slow: in step "b", \d+ ms, expected at most 40 ms$/),
    });
  });

  it('does not hide that a certificate ends soon', async () => {
    const { key, cert, path } = await makeCertificate({ addresses: ['127.0.0.1'], fromDays: -80, toDays: 12 });
    const port = await startHttpsTarget(key, cert, (_, response) => response.end());
    const steps = [{ name: 'a', url: `https://127.0.0.1:${port}/` }];
    expect(await findingOf('journey', { steps, tlsCa: path })).toMatchObject({
      outcome: 'degraded',
      reason: expect.stringMatching(/^certificate: in step "a", it ends within 21 days, on /),
    });
  });
});

describe('the steps of a journey', () => {
  const url = 'https://film.example/';
  it.each([
    ['of none', [], ''],
    ['that begin nowhere', [{ name: 'a', url: '/films' }], 'a whole address in the first step'],
    ['with a value nobody extracts', [{ name: 'a', url: `${url}{{film}}` }], 'not {{film}}'],
    [
      'with a value that only a later step extracts',
      [
        { name: 'a', url, body: '{{x}}' },
        { name: 'b', url, extract: { x: { json: '$' } } },
      ],
      'not {{x}}',
    ],
    [
      'with a value in the host',
      [
        { name: 'a', url, extract: { x: { json: '$' } } },
        { name: 'b', url: 'https://{{x}}/' },
      ],
      '/steps/1/url',
    ],
    [
      'with a value beside the host',
      [
        { name: 'a', url },
        { name: 'b', url: 'https://film.example{{run}}' },
      ],
      '/steps/1/url',
    ],
    [
      'on a host without a scheme',
      [
        { name: 'a', url },
        { name: 'b', url: '//film.example/' },
      ],
      '/steps/1/url',
    ],
    ['that only clean up', [{ name: 'a', url, always: true }], 'a step that is not for cleaning up'],
    ['with two sorts of extraction', [{ name: 'a', url, extract: { x: { json: '$', header: 'a' } } }], 'either json'],
    ['with a name of ours', [{ name: 'a', url, extract: { run: { json: '$' } } }], '/steps/0/extract'],
  ])('%s are refused', (_, steps, words) => {
    expect(() => parseProbe('journey', { steps })).toThrow(words);
  });

  it('come back complete, and parsing them again changes nothing', () => {
    const once = parseProbe('journey', { steps: stepsAt(url) });
    expect(parseProbe('journey', once)).toEqual(once);
  });
});
