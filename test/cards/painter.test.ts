import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Card } from '#core/card.ts';
import { openPainter, type PainterOptions } from '../../src/cards/painter.ts';
import { pngSize } from '../helpers/pictures.ts';

const card: Card = {
  name: 'Reel',
  nameSuffix: 'status',
  state: 'degraded',
  word: 'Degraded',
  headline: 'Films begin late',
  time: 'As of today',
  accent: null,
  logo: null,
};
const packageRoot = join(import.meta.dirname, '../..');

function painterOf(options: PainterOptions) {
  const painter = openPainter(options);
  onTestFinished(() => painter.close());
  return painter;
}

/** A painter whose process does what the test says. */
async function painterWith(source: string, options: Partial<PainterOptions> = {}) {
  const root = await mkdtemp(join(tmpdir(), 'intermission-painter-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, 'src/cards'), { recursive: true });
  await writeFile(join(root, 'src/cards/worker.ts'), source);
  return painterOf({ packageRoot: root, ...options });
}

it('a painter draws card after card on its own process', async () => {
  const { paint } = painterOf({ packageRoot });
  const cards = await Promise.all([card, { ...card, state: 'unknown' } as const, card].map(paint));
  expect(cards.map(pngSize)).toEqual(Array(3).fill([1_200, 630]));
  expect(cards[0]).toEqual(cards[2]);
  expect(cards[0]).not.toEqual(cards[1]);
});

it('a painter goes on after its process has rested', async () => {
  const { paint } = await painterWith(
    'let painted = 0; process.on("message", () => process.send({ png: new Uint8Array([++painted]) }));',
    { restMs: 1 },
  );
  const painted = async () => (await paint(card))[0];
  expect(await painted()).toBe(1);
  await expect.poll(painted, { interval: 50 }).toBe(1);
});

it.each([
  ['says that it cannot', 'process.on("message", () => process.send({ problem: "no letters" }));', 'no letters'],
  ['fails', 'process.on("message", () => { throw new Error("out of ink"); });', 'the drawing process ended with 1'],
  ['does not answer', 'process.on("message", () => {});', 'no card after 500 ms'],
  ['never stops', 'process.on("message", () => { for (;;); });', 'no card after 500 ms'],
])('a card is not waited for when its process %s, and the next has a new process', async (_, source, reason) => {
  const { paint } = await painterWith(source, { limitMs: 500 });
  await expect(paint(card)).rejects.toThrow(reason);
  await expect(paint(card)).rejects.toThrow(reason);
});

it('nothing is painted once the painter is closed', async () => {
  const painter = painterOf({ packageRoot });
  painter.close();
  await expect(painter.paint(card)).rejects.toThrow('no card is painted any more');
});
