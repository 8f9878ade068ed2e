import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { environmentSchema } from '../../src/config/environment.ts';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

describe('the README', () => {
  it('has one row for every variable that the program reads, and for no other', () => {
    const rows = Array.from(readme.matchAll(/^\| `([A-Z][A-Z_]+)` \|/gm), ([, name = '']) => name);
    expect(rows.toSorted()).toEqual(Object.keys(environmentSchema.shape).toSorted());
  });
});
