import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '#db/client.ts';
import { audits } from '#db/schema.ts';
import { migrationsDir } from '../helpers/database.ts';
import { makeDataDir, type Product, productEnvironment, startProduct } from '../helpers/product.ts';
import { startHttpTarget } from '../helpers/target.ts';
import { waitUntil } from '../helpers/wait.ts';

const root = join(import.meta.dirname, '../..');

type Said = { code: number; stdout: string; stderr: string };

function cli(dir: string, ...args: string[]): Promise<Said> {
  return new Promise((resolve) => {
    const options = { cwd: dir, env: productEnvironment(dir) };
    const child = execFile(process.execPath, [join(root, 'src/cli.ts'), ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
    child.stdin?.end();
  });
}

const hasScript = spawnSync('script', ['--version']).status === 0;

/** Runs the command line on a terminal, and answers when it asks. */
async function inTerminal(dir: string, args: string, answer: () => Promise<string>) {
  const line = `${process.execPath} ${join(root, 'src/cli.ts')} ${args}`;
  const child = spawn('script', ['-qec', line, '/dev/null'], { cwd: dir, env: productEnvironment(dir), stdio: 'pipe' });
  const ended = once(child, 'exit');
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk;
  });
  await waitUntil('it asks', () => shown.includes('[y/N]'));
  child.stdin.write(`${await answer()}\n`);
  const [code] = await ended;
  return { code, shown };
}

/** A page with one component, which a target answers for, and another that nobody looks at. */
const statusYaml = ({ name = 'Reel', port = 1, more = '', interval = '1s' } = {}) => `page: { name: ${name} }
groups: [Front]
components:
  - slug: door
    name: Front door
    group: Front
    probes: [{ kind: http, url: "http://127.0.0.1:${port}/", interval: ${interval}, timeout: 1s }]
  - { slug: blog, name: Blog }
${more}`;

describe('without a server', () => {
  let dir: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ dir, remove } = await makeDataDir(statusYaml()));
    return remove;
  });

  it('everything is new where there is no database, and none is made to say so', async () => {
    const { code, stdout, stderr } = await cli(dir, 'config', 'plan');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'Compared with nothing: there is no database yet, so that everything is new.\n',
    });
    expect(stdout).toContain('+ component door (Front door)\n+ probe door/http (http)\n');
    expect(stdout).toMatch(/\n7 added, 0 changed, 0 retired, 0 unchanged\.\n$/);
    expect(existsSync(join(dir, 'intermission.db'))).toBe(false);
    expect(await cli(dir, 'config', 'apply', '--yes')).toMatchObject({
      code: 2,
      stderr: 'There is no database yet. The first "intermission start" makes it and applies the file.\n',
    });
  });

  it('the database itself is asked and changed, and audited', async () => {
    const open = () => openDatabase({ url: `file:${join(dir, 'intermission.db')}`, migrationsDir });
    (await open()).close();
    expect((await cli(dir, 'config', 'apply', '--yes')).stderr).toBe('Applied.\n');
    await writeFile(join(dir, 'status.yaml'), statusYaml({ name: 'Reel Call' }));
    const { code, stdout, stderr } = await cli(dir, 'config', 'plan');
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '~ page\n    name: Reel -> Reel Call\n\n0 added, 1 changed, 0 retired, 6 unchanged.\n',
      stderr: 'Compared with the database, since no server runs.\n',
    });
    expect((await cli(dir, 'config', 'apply', '--yes')).code).toBe(0);
    expect((await cli(dir, 'config', 'plan')).stdout).toBe('Nothing would change: 7 unchanged.\n');
    expect((await cli(dir, 'config', 'apply', '--yes')).stdout).toBe('Nothing would change: 7 unchanged.\n');
    const db = await open();
    const entries = await db.orm.select().from(audits);
    db.close();
    expect(entries.map(({ actorKind, actorId, action, detail }) => ({ actorKind, actorId, action, detail }))).toEqual([
      {
        actorKind: 'console',
        actorId: 'command line',
        action: 'apply',
        detail: {
          added: ['page', 'policies', 'locales', 'group Front', 'component door', 'probe door/http', 'component blog'],
          changed: [],
          retired: [],
        },
      },
      {
        actorKind: 'console',
        actorId: 'command line',
        action: 'apply',
        detail: { added: [], changed: ['page'], retired: [] },
      },
    ]);
  });

  it('nobody is asked where there is no terminal', async () => {
    expect(await cli(dir, 'config', 'apply')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'Nobody can be asked here, since this is not a terminal. Look at the plan, then add --yes.\n',
    });
  });

  it('a file that is not good is told whole', async () => {
    await writeFile(join(dir, 'wrong.yaml'), 'page: { nam: Reel }\ncomponents: [{ slug: a, name: A }]\n');
    for (const verb of ['plan', 'apply --yes'])
      expect(await cli(dir, 'config', ...verb.split(' '), 'wrong.yaml')).toEqual({
        code: 2,
        stdout: '',
        stderr: `wrong.yaml has 2 problems:
  wrong.yaml:1:7 page, name: expected a text, found nothing.
  wrong.yaml:1:9 page: expected one of the keys name, about, support_url, accent, logo, favicon, links, custom_css, time_zone, translations, found "nam". Did you mean "name"?
`,
      });
  });
});

describe('beside a running server', () => {
  let dir: string;
  let remove: () => Promise<void>;
  let product: Product;
  let asked = 0;
  let port: number;
  const write = (text: string) => writeFile(join(dir, 'status.yaml'), text);
  const home = async () => (await fetch(product.url)).text();

  beforeAll(async () => {
    ({ dir, remove } = await makeDataDir(statusYaml()));
    product = await startProduct(dir);
  }, 120_000);
  beforeEach(async () => {
    asked = 0;
    const url = await startHttpTarget((_, response) => {
      asked += 1;
      response.end('open');
    });
    port = Number(new URL(url).port);
  });
  afterAll(async () => {
    await product.stop();
    await remove();
  });

  it('a plan changes nothing, and an apply changes everything without a restart', async () => {
    await write(statusYaml({ name: 'Reel Call', port, more: '  - { slug: mail, name: Letters }\n' }));
    const plan = await cli(dir, 'config', 'plan', '--json');
    expect(JSON.parse(plan.stdout)).toMatchObject({
      changes: [
        { how: 'changed', kind: 'page', fields: [{ field: 'name', from: 'Reel', to: 'Reel Call' }] },
        { how: 'changed', kind: 'probe', name: 'door/http', fields: [{ field: 'url' }] },
        { how: 'added', kind: 'component', name: 'mail' },
      ],
      unchanged: 5,
      warnings: [],
    });
    expect(await home()).not.toContain('Letters');
    expect(asked).toBe(0);

    const applied = await cli(dir, 'config', 'apply', '--yes');
    expect(applied).toMatchObject({ code: 0, stderr: 'Applied.\n' });
    await waitUntil('the page shows the new name and component', async () => {
      const page = await home();
      return page.includes('Reel Call') && page.includes('Letters');
    });
    await waitUntil('the new target is looked at', () => asked > 0);
    const feed = async () => (await fetch(`${product.url}/history.atom`)).text();
    await waitUntil('the feed has the new name', async () => (await feed()).includes('Reel Call'));
    expect(await cli(dir, 'config', 'plan')).toMatchObject({
      stdout: 'Nothing would change: 8 unchanged.\n',
      stderr: `Compared with the server at ${product.url}.\n`,
    });
  });

  it('a plan that does not hold any more is refused, and nothing of it is applied', async () => {
    const { url, token } = JSON.parse(await readFile(join(dir, 'server.json'), 'utf8'));
    const post = (path: string) =>
      fetch(`${url}/api/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{}',
      });
    await write(statusYaml({ name: 'Reel One', port }));
    const { id } = await (await post('/plans')).json();
    await write(statusYaml({ name: 'Reel Two', port }));
    const refused = await post(`/plans/${id}/application`);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({
      detail: 'The file, or what is stored, has changed since the plan was shown.',
    });
    await write(statusYaml({ name: 'Reel One', port }));
    expect((await post(`/plans/${id}/application`)).status).toBe(200);
    expect((await post(`/plans/${id}/application`)).status).toBe(409);
    await waitUntil('the page shows the plan that was agreed to', async () => (await home()).includes('Reel One'));
  });

  it.skipIf(!hasScript)('on a terminal somebody is asked, and what was shown is what is applied', async () => {
    await write(statusYaml({ name: 'Asked', port }));
    const no = await inTerminal(dir, 'config apply', async () => 'n');
    expect(no.code).toBe(1);
    expect(no.shown).toContain('name: Reel One -> Asked');
    expect(no.shown).toContain('Nothing was applied.');

    const late = await inTerminal(dir, 'config apply', async () => {
      await write(statusYaml({ name: 'Meanwhile', port }));
      return 'y';
    });
    expect(late.code).toBe(1);
    expect(late.shown).toContain('changed since the plan was shown. Nothing was applied. The plan is now:');
    expect(late.shown).toContain('name: Reel One -> Meanwhile');

    expect(await inTerminal(dir, 'config apply', async () => 'y')).toMatchObject({ code: 0 });
    await waitUntil('the page shows it', async () => (await home()).includes('Meanwhile'));
  });

  it('a file that is not good changes nothing, whoever brings it', async () => {
    await write(statusYaml({ name: 'Good', port }));
    expect((await cli(dir, 'config', 'apply', '--yes')).code).toBe(0);
    await waitUntil('the page is the good one', async () => (await home()).includes('Good'));
    await write('page: { nam: Bad }\ncomponents: [{ slug: a, name: A, depends_on: [b] }]\n');
    for (const verb of ['plan', 'apply --yes'])
      expect(await cli(dir, 'config', ...verb.split(' '))).toEqual({
        code: 2,
        stdout: '',
        stderr: `status.yaml has 3 problems:
  status.yaml:1:7 page, name: expected a text, found nothing.
  status.yaml:1:9 page: expected one of the keys name, about, support_url, accent, logo, favicon, links, custom_css, time_zone, translations, found "nam". Did you mean "name"?
  status.yaml:2:47 component a, depends_on 1: expected the slug of a component, found "b".
`,
      });
    const logged = product.logged().length;
    process.kill(product.pid, 'SIGHUP');
    const log = await waitUntil('the refusal is logged', () => {
      const lines = product.logged().slice(logged);
      return lines.includes('the running configuration stays') ? lines.trim().split('\n') : null;
    });
    expect(log.map((line) => JSON.parse(line))).toMatchObject([
      { level: 50, file: 'status.yaml', line: 1, column: 7, where: 'page, name', expected: 'a text', found: 'nothing' },
      { level: 50, line: 1, column: 9, found: '"nam"', suggestion: 'name' },
      { level: 50, line: 2, column: 47, expected: 'the slug of a component', found: '"b"' },
      { level: 50, msg: 'status.yaml was not applied; the running configuration stays' },
    ]);
    const seen = asked;
    await waitUntil('the door is still looked at', () => asked > seen);
    expect(await home()).toContain('Good');
  });

  it('SIGHUP applies the file that the server was started with', async () => {
    await write(statusYaml({ name: 'After the signal', port }));
    const logged = product.logged().length;
    process.kill(product.pid, 'SIGHUP');
    await waitUntil('the page shows it', async () => (await home()).includes('After the signal'));
    expect(product.logged().slice(logged)).toContain('"msg":"status.yaml was applied"');
  });
});

it.skipIf(!hasScript)('a server in a terminal ends when the terminal is closed', async () => {
  const { dir, remove } = await makeDataDir(statusYaml());
  onTestFinished(remove);
  const line = `${process.execPath} ${join(root, 'src/cli.ts')} start`;
  const terminal = spawn('script', ['-qec', line, '/dev/null'], {
    cwd: dir,
    env: productEnvironment(dir),
    stdio: 'ignore',
  });
  const announcement = join(dir, 'server.json');
  await waitUntil('it has announced itself', () => existsSync(announcement));
  const { pid, url } = JSON.parse(await readFile(announcement, 'utf8'));
  await waitUntil('it is ready', async () => (await fetch(`${url}/readyz`)).ok);
  terminal.kill('SIGKILL');
  await waitUntil('the server is gone', () => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  });
  expect(existsSync(announcement)).toBe(false);
});
