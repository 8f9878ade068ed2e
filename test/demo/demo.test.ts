import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readStatusConfig, type StatusConfig } from '#config';
import { createEgress } from '#probes/egress.ts';
import { findKind } from '#probes/registry.ts';
import { breakDemoService, listDemoServices, mendDemoService } from '../../src/demo/control.ts';
import { type Demo, startDemo } from '../../src/demo/demo.ts';

const everything = ['submissions', 'payments', 'mail', 'dashboard', 'screening-room', 'television', 'database'];
const egress = createEgress({ allow: ['127.0.0.0/8', '::1/128'] });

let dataDir: string;
let demo: Demo;
let status: StatusConfig;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'intermission-demo-'));
  demo = await startDemo(dataDir);
  status = readStatusConfig(demo.statusConfigPath, {});
});
afterEach(async () => {
  for (const name of everything) await mendDemoService(dataDir, name);
});
afterAll(async () => {
  await demo.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Looks at every component with its own probe, and tells which fail. */
async function failing(): Promise<string[]> {
  const looks = status.components.map(async ({ slug, probes }) => {
    const [probe] = probes;
    const kind = probe && findKind(probe.kind);
    if (!kind) throw new Error(`${slug} has no probe`);
    const finding = await kind.run(probe.config, {
      egress,
      timeoutMs: probe.timeoutMs,
      signal: new AbortController().signal,
    });
    if (finding.outcome === 'unknown') throw new Error(`${slug}: ${finding.reason}`);
    return finding.outcome === 'ok' ? [] : [slug];
  });
  return (await Promise.all(looks)).flat();
}

describe('the sample platform', () => {
  it('works as it stands, every service of it watched', async () => {
    expect(status.components.map(({ slug }) => slug)).toEqual(everything);
    expect(await failing()).toEqual([]);
  });

  it.each(['refuse', 'hang', 'error'] as const)(
    'falls whole when its database is broken (%s), and rises whole',
    async (how) => {
      await breakDemoService(dataDir, 'database', how);
      expect(await failing()).toEqual(everything);
      await mendDemoService(dataDir, 'database');
      expect(await failing()).toEqual([]);
    },
  );

  it.each(everything.slice(0, -1))('loses %s alone when that is broken', async (name) => {
    for (const how of ['refuse', 'hang', 'error'] as const) {
      await breakDemoService(dataDir, name, how);
      expect(await failing()).toEqual([name]);
    }
    await mendDemoService(dataDir, name);
    expect(await failing()).toEqual([]);
  });

  it('tells what is broken, and how', async () => {
    await breakDemoService(dataDir, 'mail', 'hang');
    const broken = (await listDemoServices(dataDir)).filter(({ fault }) => fault !== null);
    expect(broken).toMatchObject([{ name: 'mail', fault: 'hang' }]);
  });

  it('refuses a service that it does not have', async () => {
    await expect(breakDemoService(dataDir, 'databse', 'refuse')).rejects.toThrow('There is no such service');
  });

  it('can be controlled only by who can read its token', async () => {
    const { mode } = await stat(join(dataDir, 'demo/control.json'));
    expect(mode & 0o777).toBe(0o600);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the process of the sample platform', () => {
  it('ends when its parent is killed without warning', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'intermission-demo-'));
    const parent = spawn(process.execPath, [join(import.meta.dirname, 'parent.ts'), dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line));
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    for (let i = 0; i < 100 && isAlive(pid); i += 1) await sleep(50);
    expect(isAlive(pid)).toBe(false);
    await expect(listDemoServices(dir)).rejects.toThrow('No sample platform runs here');
    await rm(dir, { recursive: true, force: true });
  });
});
