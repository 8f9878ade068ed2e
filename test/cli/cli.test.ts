import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

type Said = { code: number; stdout: string; stderr: string };
type Asked = { method: string; url: string; authorization: string | undefined; body: unknown };

let dataDir: string;
let server: Server;
let asked: Asked[];
/** What the stand-in for the server answers next, by "METHOD path". */
let answers: Record<string, [status: number, body: unknown]>;

const incident = {
  id: 'abc123def456',
  title: 'Payments fail',
  status: 'investigating',
  startedAt: Date.UTC(2026, 0, 2, 3, 4),
};
const another = { ...incident, id: 'zzz123def456', title: 'Slow screenings', status: 'resolved' };

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'intermission-cli-'));
  server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const body = method === 'POST' ? await json(request) : undefined;
    asked.push({ method, url, authorization: headers.authorization, body });
    const [status, answer] = answers[`${method} ${url}`] ?? [
      404,
      { title: 'There is nothing here', detail: 'Nothing here.' },
    ];
    response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
    response.end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await writeFile(join(dataDir, 'server.json'), JSON.stringify({ pid: process.pid, url, token: 'sesame' }));
});
beforeEach(() => {
  asked = [];
  answers = {};
});
afterAll(async () => {
  server.close();
  await rm(dataDir, { recursive: true, force: true });
});

function cli(args: string[], environment: Record<string, string> = {}, stdin = ''): Promise<Said> {
  const env = { PATH: process.env['PATH'] ?? '', DATA_DIR: dataDir, ...environment };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(root, 'src/cli.ts'), ...args],
      { cwd: dataDir, env },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
    child.stdin?.end(stdin);
  });
}

describe('help', () => {
  it.each([
    [['--help'], 'intermission start'],
    [[], 'intermission start'],
    [['incident', '--help'], 'resolve'],
    [['incident', 'open', '--help'], '--component payments=major_outage'],
    [['demo', '--help'], 'intermission demo break database'],
    [['start', '-h'], 'intermission start'],
  ])('of %j goes to stdout with examples, plain where it is no terminal', async (args, example) => {
    const { code, stdout, stderr } = await cli(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(example);
    expect(stdout).not.toContain('\u001b');
  });

  it('loads neither the database nor the page renderer', async () => {
    const hooks = join(dataDir, 'loaded.mjs');
    const watch = `import { registerHooks } from 'node:module';
registerHooks({ resolve(name, context, next) { if (/drizzle|libsql|astro/.test(name)) console.error(name); return next(name, context); } });`;
    await writeFile(hooks, watch);
    for (const args of [['--help'], ['incident', 'list', '--help'], ['start', '--help']]) {
      const { stderr } = await cli(args, { NODE_OPTIONS: `--import=${hooks}` });
      expect(stderr).toBe('');
    }
  });

  it('knows its version', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect((await cli(['--version'])).stdout).toBe(`${version}\n`);
  });
});

describe('a slip', () => {
  it.each([
    [['strat'], 'intermission has no command "strat". Did you mean "start"?'],
    [['incident', 'opne'], 'intermission incident has no command "opne". Did you mean "open"?'],
    [['incident', 'list', '--jsn'], 'intermission incident list has no option "--jsn". Did you mean "--json"?'],
    [['component', 'list', 'mail'], 'intermission component list does not know what to do with "mail".'],
    [['incident', 'open', '--title', 'x'], 'Missing required argument: --body'],
    [['probe', 'agent', '--location', 'lisbon'], 'Missing required argument: --server'],
    [['probe', 'agent', '--server', 'https://a.example', '--location', 'lisbon'], 'A token is missing.'],
    [
      ['probe', 'agent', '--server', 'a.example', '--location', 'lisbon', '--token', 't'],
      '--server: expected an address such as "https://status.example.org", found "a.example".',
    ],
    [
      ['probe', 'agent', '--server', 'https://a.example', '--location', '../lisbon', '--token', 't'],
      '--location: expected a name such as "lisbon", found "../lisbon".',
    ],
    [['token', 'create', '--name', 'x', '--scope', 'all'], 'Invalid value for argument: --scope (all)'],
    [
      ['incident', 'update', '--body', 'x', '--next-update', 'soon'],
      '--next-update: expected whole minutes, found "soon".',
    ],
    [
      ['incident', 'open', '--title', 'x', '--body', 'y', '--component', 'mail'],
      '--component: expected slug=state, such as payments=major_outage, found "mail".',
    ],
    [
      ['incident', 'resolve', '--body', 'x', '--loss', 'non'],
      '--loss: expected one of none, unknown, found "non". Did you mean "none"?',
    ],
    [
      ['incident', 'resolve', '--body', 'x', '--loss', 'none', '--loss-what', 'y'],
      '--loss none: there is no --loss-what to it.',
    ],
    [
      ['incident', 'resolve', '--body', 'x', '--loss-what', 'y'],
      'A loss window is told whole: --loss-from and --loss-to is missing.',
    ],
    [
      ['incident', 'resolve', '--body', 'x', '--loss-from', '2026-11-19 08:00', '--loss-to', 'now', '--loss-what', 'y'],
      '--loss-from: expected an instant with its zone, such as 2026-11-19T08:00Z, found "2026-11-19 08:00".',
    ],
    [['incident', 'resolve', '--body', 'x', '--recovery', 'most'], 'Invalid value for argument: --recovery (most)'],
    [
      ['incident', 'update', '--body', 'x', '--language', 'ess'],
      '--language: expected one of the languages en, es, fr, de, pt, it, ru, found "ess". Did you mean "es"?',
    ],
    [
      ['incident', 'update', '--body', 'x', '--translation', 'Hola'],
      '--translation: expected locale=text, such as es="No se ha perdido nada.", found "Hola".',
    ],
    [
      ['incident', 'update', '--body', 'x', '--translation', 'es.tittle=Hola'],
      '--translation: expected after the language one of body, workaround, loss-what, found "tittle".',
    ],
    [
      ['incident', 'open', '--title', 'x', '--body', 'x', '--translation', 'es.tittle=Hola'],
      '--translation: expected after the language one of body, title, workaround, loss-what, found "tittle". Did you mean "title"?',
    ],
    [
      ['incident', 'update', '--body', 'x', '--translation', 'es=Hola', '--translation=es.body=Otra'],
      '--translation: es.body is there twice.',
    ],
    [['incident', 'update', '--body', '@nothing.md'], '--body: the file nothing.md cannot be read (ENOENT).'],
    [['incident', 'translate', 'abc123def456', 'newest', '--body', 'x'], 'Missing required argument: --locale'],
  ])('is told in one sentence, asks nothing, and exits with 2: %j', async (args, sentence) => {
    const { code, stdout, stderr } = await cli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(asked).toEqual([]);
  });
});

describe('config check', () => {
  it('counts what is fine', async () => {
    const { code, stdout } = await cli(['config', 'check', join(root, 'status.example.yaml')]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'OK: 7 components, 3 groups, 12 probes.\n' });
  });

  it('tells every problem and exits with 2', async () => {
    await writeFile(join(dataDir, 'wrong.yaml'), 'page: { nam: Reel }\ncomponents: [{ slug: a, name: A, group: x }]\n');
    const { code, stdout, stderr } = await cli(['config', 'check', 'wrong.yaml']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('wrong.yaml has 3 problems:');
    expect(stderr).toContain('wrong.yaml:1:9 page: expected one of the keys');
    expect(stderr).toContain('Did you mean "name"?');
  });

  it('warns of a component that shares a place with its backup, and is content otherwise', async () => {
    const text = `page: { name: Reel }
components:
  - { slug: database, name: Main database, runs_on: [server-1] }
  - slug: copies
    name: Copies
    probes: [{ kind: backup, rpo: 26h, protects: database, where: [server-1, vault] }]
`;
    await writeFile(join(dataDir, 'shared.yaml'), text);
    expect(await cli(['config', 'check', 'shared.yaml'])).toEqual({
      code: 0,
      stdout: 'OK: 2 components, 0 groups, 1 probe.\n',
      stderr:
        'Warning: Main database runs on server-1, and its backup (copies/backup) is there too: one loss takes both.\n',
    });
  });

  it('refuses a schedule that never fires, at its line', async () => {
    const text = `page: { name: Reel }
components:
  - slug: jobs
    name: Jobs
    probes:
      - kind: heartbeat
        cron: "0 0 31 2 *"
`;
    await writeFile(join(dataDir, 'never.yaml'), text);
    const { code, stderr } = await cli(['config', 'check', 'never.yaml']);
    expect(code).toBe(2);
    expect(stderr).toContain(
      'never.yaml:7:15 component jobs, probe 1, cron: expected a cron expression of five fields that fires on some day',
    );
  });

  it('looks at the environment too', async () => {
    const { code, stderr } = await cli(['config', 'check'], { PORT: 'x' });
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'PORT: expected a port from 0 to 65535, found "x".\n' });
  });
});

describe('start', () => {
  it('with a wrong status.yaml tells the problems before anything is built', async () => {
    await writeFile(join(dataDir, 'wrong.yaml'), 'page: { name: Reel }\ncomponents: []\n');
    const { code, stdout, stderr } = await cli(['start'], { STATUS_CONFIG: 'wrong.yaml' });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^wrong\.yaml has one problem:\n {2}wrong\.yaml:2:13 components: /);
  });

  it('refuses to show the sample where real incidents may be kept', async () => {
    const { code, stderr } = await cli(['start'], { DATABASE_URL: 'http://127.0.0.1:1' });
    expect(code).toBe(2);
    expect(stderr).toContain('The sample platform would mix with what is kept already.');
  });
});

describe('maintenance', () => {
  const planned = {
    id: 'mnt123def456',
    title: 'Larger disks',
    status: 'scheduled',
    scheduledFromAt: Date.UTC(2026, 11, 1, 2),
    scheduledToAt: Date.UTC(2026, 11, 1, 4),
  };

  it('schedule sends the plan, and says when it is', async () => {
    answers['POST /api/v1/maintenances'] = [201, planned];
    const words = ['--title', 'Larger disks', '--body', 'Uploads pause.'];
    const times = ['--from', '2026-12-01T02:00Z', '--to', '2026-12-01T04:00Z'];
    const rest = ['--component', 'uploads', '--component=storage,catch-up', '--complete-by-hand'];
    const { code, stdout, stderr } = await cli(['maintenance', 'schedule', ...words, ...times, ...rest]);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'mnt123def456\n',
      stderr: 'Planned: Larger disks, 2026-12-01 02:00 to 2026-12-01 04:00 UTC.\n',
    });
    expect(asked[0]?.body).toEqual({
      title: 'Larger disks',
      body: 'Uploads pause.',
      from: '2026-12-01T02:00Z',
      to: '2026-12-01T04:00Z',
      components: ['uploads', 'storage', 'catch-up'],
      startsByItself: true,
      endsByItself: false,
    });
  });

  it.each([
    [
      ['update', '--body', 'x', '--status', 'verifying', '--title', 'T'],
      'updates',
      { body: 'x', status: 'verifying', title: 'T' },
    ],
    [['reschedule', '--body', 'x', '--to', 'T2'], 'times', { body: 'x', to: 'T2' }],
    [['reschedule', '--body', 'x', '--from', 'T1', '--to', 'T2'], 'times', { body: 'x', from: 'T1', to: 'T2' }],
    [['begin'], 'beginning', {}],
    [['complete', '--body', 'Done.'], 'completion', { body: 'Done.' }],
    [['cancel', '--body', 'Off.'], 'cancellation', { body: 'Off.' }],
  ])('%j is about the only one there is', async (args, noun, body) => {
    answers['GET /api/v1/maintenances?open=true'] = [200, { maintenances: [planned] }];
    answers[`POST /api/v1/maintenances/mnt123def456/${noun}`] = [201, planned];
    const { code, stdout } = await cli(['maintenance', ...args]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'mnt123def456\n' });
    expect(asked.at(-1)).toMatchObject({ url: `/api/v1/maintenances/mnt123def456/${noun}`, body });
  });

  it('asks which one is meant where there are several, and says so where there is none', async () => {
    answers['GET /api/v1/maintenances?open=true'] = [200, { maintenances: [planned, { ...planned, id: 'other' }] }];
    expect(await cli(['maintenance', 'begin'])).toMatchObject({
      code: 1,
      stderr: 'Several are planned or under way; say which: mnt123def456 (Larger disks), other (Larger disks).\n',
    });
    answers['GET /api/v1/maintenances?open=true'] = [200, { maintenances: [] }];
    expect(await cli(['maintenance', 'begin'])).toMatchObject({
      code: 1,
      stderr: 'Nothing is planned or under way.\n',
    });
  });

  it('list shows each in a line, or all as JSON', async () => {
    answers['GET /api/v1/maintenances'] = [200, { maintenances: [planned] }];
    const { stdout } = await cli(['maintenance', 'list']);
    expect(stdout).toBe('mnt123def456  scheduled  2026-12-01 02:00 to 2026-12-01 04:00 UTC  Larger disks\n');
    expect(JSON.parse((await cli(['maintenance', 'list', '--json'])).stdout)).toEqual([planned]);
  });

  it('tells what the server refuses', async () => {
    const detail = 'These times cannot be kept: the end lies ahead.';
    answers['POST /api/v1/maintenances/abc/times'] = [
      422,
      { detail, errors: [{ pointer: '/to', detail: 'the end lies ahead' }] },
    ];
    const { code, stderr } = await cli(['maintenance', 'reschedule', 'abc', '--body', 'x', '--to', 'T']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `${detail}\n` });
  });
});

describe('incident', () => {
  it('open sends what was said, with the token of the server', async () => {
    answers['POST /api/v1/incidents'] = [201, incident];
    const args = ['--title', 'Payments fail', '--body', 'We look.', '--next-update', '20', '--status', 'identified'];
    const components = ['--component', 'payments=major_outage', '--component=mail=degraded,blog=operational'];
    const { code, stdout, stderr } = await cli(['incident', 'open', ...args, ...components]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'abc123def456\n' });
    expect(stderr).toBe('Opened: Payments fail (investigating).\n');
    expect(asked).toEqual([
      {
        method: 'POST',
        url: '/api/v1/incidents',
        authorization: 'Bearer sesame',
        body: {
          title: 'Payments fail',
          body: 'We look.',
          status: 'identified',
          nextUpdateMinutes: 20,
          components: { payments: 'major_outage', mail: 'degraded', blog: 'operational' },
        },
      },
    ]);
  });

  it('update takes its words from stdin', async () => {
    answers['POST /api/v1/incidents/abc123def456/updates'] = [201, incident];
    const { code } = await cli(
      ['incident', 'update', 'abc123def456', '--body', '-'],
      {},
      'A disk failed.\nIn **Lisbon**.',
    );
    expect(code).toBe(0);
    expect(asked[0]?.body).toEqual({ body: 'A disk failed.\nIn **Lisbon**.' });
  });

  it('says what was lost, what can be done meanwhile, and the same in other languages', async () => {
    answers['POST /api/v1/incidents/abc123def456/updates'] = [201, { ...incident, loss: null }];
    answers['POST /api/v1/incidents/abc123def456/resolution'] = [201, { ...incident, loss: null }];
    await writeFile(join(dataDir, 'post.es.md'), 'Miramos.\n\n- a, b = c');
    const update = ['incident', 'update', 'abc123def456', '--body', '@@night shift looks.', '--language', 'en'];
    const further = [
      '--translation',
      'es=@post.es.md',
      '--translation',
      'fr=Nous regardons, a=b',
      '--workaround',
      'Pay later.',
    ];
    expect(await cli([...update, ...further, '--translation=es.workaround=Pague luego.'])).toMatchObject({ code: 0 });
    expect(asked.at(-1)?.body).toEqual({
      body: '@night shift looks.',
      language: 'en',
      workaround: 'Pay later.',
      translations: {
        es: { body: 'Miramos.\n\n- a, b = c', workaround: 'Pague luego.' },
        fr: { body: 'Nous regardons, a=b' },
      },
    });
    const window = [
      '--loss-from',
      '2026-11-19T08:00Z',
      '--loss-to',
      '2026-11-20T03:00+01:00',
      '--loss-what',
      'Entries',
    ];
    await cli(['incident', 'resolve', 'abc123def456', '--body', 'Done.', '--workaround', 'none', ...window]);
    expect(asked.at(-1)?.body).toEqual({
      body: 'Done.',
      workaround: null,
      loss: {
        kind: 'window',
        from: '2026-11-19T08:00:00.000Z',
        to: '2026-11-20T02:00:00.000Z',
        what: 'Entries',
        recovery: 'unknown',
      },
    });
    const { stderr } = await cli(['incident', 'resolve', 'abc123def456', '--body', 'Done.']);
    expect(stderr).toContain('Nobody has said yet whether anything was lost.');
    await cli(['incident', 'resolve', 'abc123def456', '--body', 'Done.', '--loss', 'none']);
    expect(asked.at(-1)?.body).toEqual({ body: 'Done.', loss: { kind: 'none' } });
  });

  it('translates an update by its id, or the newest', async () => {
    const path = '/api/v1/incidents/abc123def456';
    answers[`GET ${path}`] = [200, { ...incident, updates: [{ id: 'u2' }, { id: 'u1' }] }];
    for (const update of ['u1', 'u2']) answers[`POST ${path}/updates/${update}/translations`] = [201, incident];
    const words = ['--locale', 'es', '--body', 'Miramos.', '--title', 'Lento'];
    const { code, stdout } = await cli(['incident', 'translate', 'abc123def456', 'newest', ...words]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'u2\n' });
    expect(asked.at(-1)?.body).toEqual({ locale: 'es', body: 'Miramos.', title: 'Lento' });
    await cli(['incident', 'translate', 'abc123def456', 'u1', ...words]);
    expect(asked.at(-1)?.url).toBe(`${path}/updates/u1/translations`);
  });

  it('resolve without an id takes the only open incident', async () => {
    answers['GET /api/v1/incidents?open=true'] = [200, { incidents: [incident] }];
    answers['POST /api/v1/incidents/abc123def456/resolution'] = [201, { ...incident, status: 'resolved' }];
    expect((await cli(['incident', 'resolve', '--body', 'All is back.'])).code).toBe(0);
    expect(asked[1]).toMatchObject({
      url: '/api/v1/incidents/abc123def456/resolution',
      body: { body: 'All is back.' },
    });
  });

  it.each([
    [[], 'No incident is open.'],
    [
      [incident, another],
      'Several incidents are open; say which: abc123def456 (Payments fail), zzz123def456 (Slow screenings).',
    ],
  ])('resolve without an id never guesses', async (incidents, sentence) => {
    answers['GET /api/v1/incidents?open=true'] = [200, { incidents }];
    const { code, stderr } = await cli(['incident', 'resolve', '--body', 'All is back.']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `${sentence}\n` });
    expect(asked).toHaveLength(1);
  });

  it('list shows columns to people and JSON to programs', async () => {
    answers['GET /api/v1/incidents'] = [200, { incidents: [incident, another] }];
    expect((await cli(['incident', 'list'])).stdout).toBe(
      'abc123def456  investigating  2026-01-02 03:04  Payments fail\n' +
        'zzz123def456  resolved       2026-01-02 03:04  Slow screenings\n',
    );
    expect(JSON.parse((await cli(['incident', 'list', '--json'])).stdout)).toEqual([incident, another]);
  });

  it('that the server refuses is told in its sentence, with the fields, and exits with 1', async () => {
    answers['POST /api/v1/incidents'] = [
      422,
      {
        title: 'The request does not fit',
        detail: 'The incident is not valid.',
        errors: [{ pointer: '/title', detail: 'at most 200 characters' }],
      },
    ];
    const { code, stdout, stderr } = await cli(['incident', 'open', '--title', 'x', '--body', 'y']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe('The incident is not valid: title: at most 200 characters.\n');
  });
});

describe('component list', () => {
  it('shows columns to people and JSON to programs', async () => {
    const components = [
      { id: '1', slug: 'mail', name: 'Mail', state: 'operational' },
      { id: '2', slug: 'payments', name: 'Payments', state: 'major_outage' },
    ];
    answers['GET /api/v1/components'] = [200, { components }];
    expect((await cli(['component', 'list'])).stdout).toBe(
      'mail      operational   Mail\npayments  major_outage  Payments\n',
    );
    expect(JSON.parse((await cli(['component', 'list', '--json'])).stdout)).toEqual(components);
  });
});

describe('probe', () => {
  const probes = [
    { id: 'jobs/nightly', kind: 'heartbeat', state: 'up', lastPingAt: Date.UTC(2026, 0, 2, 3, 4), nextDueAt: 0 },
    { id: 'mail/tcp', kind: 'tcp', state: 'unknown', lastPingAt: null, nextDueAt: 0 },
  ];

  it('list shows columns to people and JSON to programs', async () => {
    answers['GET /api/v1/probes'] = [200, { probes }];
    expect((await cli(['probe', 'list'])).stdout).toBe(
      'jobs/nightly  heartbeat  up       heard 2026-01-02T03:04:00.000Z\nmail/tcp      tcp        unknown\n',
    );
    expect(JSON.parse((await cli(['probe', 'list', '--json'])).stdout)).toEqual(probes);
  });

  it('url and rotate print the address alone', async () => {
    const url = 'https://status.example/ping/jobs.nightly.abc';
    answers['GET /api/v1/probes/jobs/nightly/address'] = [200, { id: 'jobs/nightly', url }];
    answers['POST /api/v1/probes/jobs/nightly/rotation'] = [200, { id: 'jobs/nightly', url: `${url}d` }];
    expect(await cli(['probe', 'url', 'jobs/nightly'])).toEqual({ code: 0, stdout: `${url}\n`, stderr: '' });
    expect((await cli(['probe', 'rotate', 'jobs/nightly'])).stdout).toBe(`${url}d\n`);
  });
});

describe('a secret', () => {
  it.each([
    [
      ['token', 'create', '--name', 'deploys', '--scope', 'write'],
      '/api/v1/tokens',
      { name: 'deploys', scope: 'write' },
    ],
    [
      ['token', 'create', '--name', 'agent', '--scope', 'probe', '--location', 'lisbon'],
      '/api/v1/tokens',
      { name: 'agent', scope: 'probe', location: 'lisbon' },
    ],
    [['staff', 'invite', '--name', 'night shift'], '/api/v1/staff', { name: 'night shift' }],
  ])('is alone on stdout, so that it can be piped: %j', async (args, url, body) => {
    answers[`POST ${url}`] = [201, { token: 'shown-once', password: 'shown-once', name: 'night shift' }];
    const { code, stdout, stderr } = await cli(args);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'shown-once\n' });
    expect(stderr).not.toBe('');
    expect(asked).toMatchObject([{ url, body }]);
  });
});

describe('without a server', () => {
  const sentence = /^No server runs on the data folder .+ Start one with "npm start", or set DATA_DIR/;

  it('says so, says what to do, and exits with 2', async () => {
    const { code, stdout, stderr } = await cli(['incident', 'list'], { DATA_DIR: join(dataDir, 'empty') });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('is not fooled by what a killed one left behind', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'intermission-cli-'));
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const url = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
    gone.close();
    await once(gone, 'close');
    await writeFile(join(dir, 'server.json'), JSON.stringify({ pid: 1, url, token: 'x' }));
    const { code, stderr } = await cli(['component', 'list'], { DATA_DIR: dir });
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
    await rm(dir, { recursive: true, force: true });
  });

  it('has no sample to break either', async () => {
    const { code, stderr } = await cli(['demo', 'break', 'database']);
    expect(code).toBe(2);
    expect(stderr).toContain('No sample platform runs here.');
  });
});

describe('doctor', () => {
  it('tells what is as it should be and what is not, and exits with 1', async () => {
    await writeFile(join(dataDir, 'fine.yaml'), 'page: { name: Reel }\ncomponents: [{ slug: a, name: A }]\n');
    answers['GET /readyz'] = [503, { ok: false, reasons: ['nothing was published yet'] }];
    const { code, stdout } = await cli(['doctor', '--json'], { STATUS_CONFIG: 'fine.yaml' });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      { part: 'settings', ok: true },
      { part: 'server', ok: false, found: expect.stringContaining('nothing was published yet') },
    ]);
  });

  it('exits with 0 when all is well', async () => {
    await writeFile(join(dataDir, 'fine.yaml'), 'page: { name: Reel }\ncomponents: [{ slug: a, name: A }]\n');
    answers['GET /readyz'] = [200, { ok: true }];
    expect((await cli(['doctor'], { STATUS_CONFIG: 'fine.yaml' })).code).toBe(0);
  });
});
