import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { DomainError } from '#core/error.ts';
import { kinds, parseProbe } from '#probes/registry.ts';
import { entryOf, shapeOf } from '../../src/config/keyCase.ts';

function problemsOf(kind: string, raw: unknown): { pointer: string; detail: string }[] {
  try {
    parseProbe(kind, raw);
  } catch (error) {
    if (error instanceof DomainError) return [...error.fields];
    throw error;
  }
  return [];
}

/** Every field of a schema, also in its lists. */
function fieldsOf(schema: z.core.$ZodType): [name: string, field: z.ZodType][] {
  const shape = shapeOf(schema) ?? {};
  return Object.entries(shape).flatMap(([name, field]) => {
    const entry = entryOf(field);
    return [[name, field as z.ZodType], ...(entry ? fieldsOf(entry) : [])];
  });
}

describe('the settings of a probe', () => {
  const http = {
    url: 'https://film.example/health?deep=1',
    method: 'POST',
    headers: { 'X-Number': 1 },
    body: '{}',
    status: '2xx',
    contains: 'fine',
    ip: '6',
    degradedOverMs: 800,
  };

  it('come back complete, and parsing them again changes nothing', () => {
    const once = parseProbe('http', http);
    expect(once).toMatchObject({
      headers: { 'X-Number': '1' },
      status: ['2xx'],
      contains: ['fine'],
      ip: 6,
    });
    expect(parseProbe('http', once)).toEqual(once);
    const tcp = parseProbe('tcp', { host: 'film.example', port: 5432, ip: 4 });
    expect(parseProbe('tcp', tcp)).toEqual(tcp);
  });

  it.each([
    ['http', { url: 'ftp://film.example/' }, '/url'],
    ['http', { url: 'file:///etc/passwd' }, '/url'],
    ['http', { url: 'gopher://film.example/' }, '/url'],
    ['http', { url: 'unix:/run/film.sock' }, '/url'],
    ['http', { url: 'javascript:alert(1)' }, '/url'],
    ['http', { url: 'film.example' }, '/url'],
    ['http', { url: 'https://user:word@film.example/' }, '/url'],
    ['http', { url: 'https://film.example:0/' }, '/url'],
    ['http', { url: 'https://film.example:70000/' }, '/url'],
    ['http', {}, '/url'],
    ['http', { url: http.url, method: 'CONNECT' }, '/method'],
    ['http', { url: http.url, headers: { 'bad name': 'x' } }, '/headers'],
    ['http', { url: http.url, headers: { good: 'a\r\nb: c' } }, '/headers'],
    ['http', { url: http.url, headers: { 'Transfer-Encoding': 'chunked' } }, '/headers'],
    ['http', { url: http.url, headers: { 'content-length': 4 } }, '/headers'],
    ['http', { url: http.url, status: 'fine' }, '/status'],
    ['http', { url: http.url, status: 600 }, '/status'],
    ['http', { url: http.url, status: '299-200' }, '/status'],
    ['http', { url: http.url, status: [] }, '/status'],
    ['http', { url: http.url, contains: '' }, '/contains'],
    ['http', { url: http.url, degradedOverMs: 0 }, '/degradedOverMs'],
    ['http', { url: http.url, ip: 5 }, '/ip'],
    ['http', { url: http.url, regex: '(a+)+$' }, ''],
    ['tcp', { host: 'film.example' }, '/port'],
    ['tcp', { host: 'film.example', port: 0 }, '/port'],
    ['tcp', { host: 'film.example', port: 65_536 }, '/port'],
    ['tcp', { host: 'http://film.example', port: 80 }, '/host'],
    ['tcp', { host: 'film.example/path', port: 80 }, '/host'],
    ['tcp', { host: 'film.example', port: 80, expect: '' }, '/expect'],
  ])('of kind %s that are %j are refused at %j', (kind, raw, pointer) => {
    const [problem, ...more] = problemsOf(kind, raw);
    expect(problem?.pointer.startsWith(pointer)).toBe(true);
    expect(problem?.detail).not.toBe('');
    expect(more).toEqual([]);
  });

  it('of an unknown kind are refused with the kinds there are', () => {
    expect(() => parseProbe('gopher', {})).toThrow(
      `There is no kind of probe called "gopher"; expected one of ${kinds.map(({ kind }) => kind).join(', ')}.`,
    );
  });
});

describe.each(kinds)('the kind $kind', ({ schema }) => {
  it('describes every setting', () => {
    const fields = fieldsOf(schema);
    expect(fields.length).toBeGreaterThan(0);
    for (const [name, field] of fields) expect(field.description, name).toMatch(/\.$/);
  });
});
