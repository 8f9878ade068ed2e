import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');
const compilerOptions = { strict: true, noEmit: true, target: 'esnext', module: 'nodenext', types: [] };

async function complaints(source: string): Promise<string> {
  const house = await mkdtemp(join(tmpdir(), 'intermission-promises-'));
  onTestFinished(() => rm(house, { recursive: true, force: true }));
  await cp(join(root, '.oxlintrc.json'), join(house, '.oxlintrc.json'));
  await writeFile(join(house, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  await writeFile(join(house, 'tell.ts'), source);
  const script = join(root, 'node_modules/oxlint/bin/oxlint');
  return new Promise((resolve) =>
    execFile(process.execPath, [script, '--type-aware', '--format=unix'], { cwd: house }, (_, stdout) =>
      resolve(stdout),
    ),
  );
}

describe('a promise', () => {
  const tell = 'export async function tell(): Promise<void> {}\n';

  it('is refused when nobody waits for it or catches its failure', async () => {
    expect(await complaints(`${tell}export function hurry(): void {\n  tell();\n}\n`)).toContain(
      'no-floating-promises',
    );
  });

  it('is refused where a plain function is called back', async () => {
    expect(await complaints(`${tell}[1].forEach(async () => tell());\n`)).toContain('no-misused-promises');
  });

  it('passes when it is awaited, returned or let go on purpose', async () => {
    const source = `${tell}export async function calm(): Promise<void> {\n  void tell();\n  await tell();\n  return tell();\n}\n`;
    expect(await complaints(source)).not.toContain('promises');
  });
});
