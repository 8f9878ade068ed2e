import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';

it('what answers visitors imports Node alone, so that it is loaded before anything else', async () => {
  const input = fileURLToPath(new URL('../../src/entrance.ts', import.meta.url));
  const bundle = await rolldown({ input, platform: 'node', external: [/^[^.#/]/] });
  const { output } = await bundle.generate();
  const imported = new Set(
    output.flatMap((chunk) => (chunk.type === 'chunk' ? [...chunk.imports, ...chunk.dynamicImports] : [])),
  );
  expect(imported.size).toBeGreaterThan(3);
  expect([...imported].filter((name) => !name.startsWith('node:'))).toEqual([]);
});
