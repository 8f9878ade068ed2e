import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkMarkup, missingJava } from '../helpers/markupChecker.ts';
import { openScene, type SceneName } from '../helpers/scenes.ts';

const noJava = await missingJava();

/** What the checker reads of what is published, by the ending that it knows it by. */
const endings = { 'text/html': 'html', 'image/svg+xml': 'svg' } as const;

/** Of all components, one: their pages differ in nothing that a checker looks at. */
const isOneOfMany = (path: string) => /^\/(components|badge)\//.test(path) && !path.includes('screening-room');

async function writeScene(name: SceneName, dir: string): Promise<string[]> {
  const stage = await openScene(name);
  const written: string[] = [];
  for (const path of stage.addresses) {
    const answer = await fetch(stage.url + path);
    const contentType = answer.headers.get('content-type') ?? '';
    const ending = Object.entries(endings).find(([type]) => contentType.startsWith(type))?.[1];
    if (!ending || isOneOfMany(path)) continue;
    const file = join(dir, `${name}${path.replace(/\.svg$/, '').replaceAll('/', '-')}.${ending}`);
    await writeFile(file, await answer.text());
    written.push(file);
  }
  stage.close();
  return written;
}

it.skipIf(noJava)(
  'the Nu HTML checker finds no error and nothing to warn of in any kind of page, nor in the badges',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'intermission-markup-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const files = [];
    for (const name of ['calm', 'outage', 'long', 'rtl'] as const) files.push(...(await writeScene(name, dir)));
    expect(files.length).toBeGreaterThan(50);
    const broken = join(dir, 'broken.html');
    await writeFile(broken, '<!doctype html><html lang="en"><title>x</title><style>a { color: }</style><p><h1>');
    const objections = await checkMarkup([...files, broken]);
    const told = objections.map(({ url, type, message, extract }) => ({ url, type, message, extract }));
    expect(told.filter(({ url }) => !url?.endsWith('/broken.html'))).toEqual([]);
    // The checker did look: at HTML, and at the style sheet in it.
    expect(told.filter(({ type }) => type === 'error').length).toBeGreaterThan(1);
  },
  60_000,
);
