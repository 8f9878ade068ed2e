import { describe, expect, it } from 'vitest';
import { lintHouse } from './lint.ts';

/** Which of the given modules a file of the room is refused. */
async function refused(room: string, modules: readonly string[], extension = 'ts'): Promise<string[]> {
  const paths = modules.map((_, index) => `${room}/import${index}.${extension}`);
  const fence = extension === 'astro' ? '---\n' : '';
  const sources = modules.map((module) => `${fence}import { thing } from '${module}';\nexport { thing };\n${fence}`);
  const errors = await lintHouse(Object.fromEntries(paths.map((path, index) => [path, sources[index] ?? ''])));
  return modules.filter((_, index) => errors.get(paths[index] ?? '')?.length);
}

const ownSlang = ['drizzle-orm', 'drizzle-orm/sqlite-core', '@libsql/client', 'nodemailer', 'resend', 'astro/config'];
const doors = ['#config', '../config.ts', '../server.ts', '../house.ts', '../cli.ts', './inner/../../house.ts'];

const rooms: Record<string, { may: string[]; mayNot: string[] }> = {
  'src/core': {
    may: ['./status.ts', '#core/status.ts', 'zod', 'markdown-it'],
    mayNot: [
      ...['#db/client.ts', '../../db/client.ts', '../db/client.ts', '../../src/probes/http.ts'],
      ...['#probes/http.ts', '#notify/worker.ts', '#publish/site.ts', '#api/app.ts', '../pages/index.astro'],
      ...['node:fs', 'node:fs/promises', 'node:net', 'node:http', 'node:dns/promises', 'node:child_process'],
      ...['hono', 'pino', ...ownSlang, ...doors],
    ],
  },
  db: {
    may: ['./client.ts', '#db/client.ts', '#core/status.ts', 'node:path', 'node:fs/promises', 'zod', 'nanoid'].concat(
      'drizzle-orm',
      'drizzle-orm/libsql/migrator',
      '@libsql/client',
    ),
    mayNot: [
      ...['#probes/http.ts', '#notify/worker.ts', '#publish/site.ts', '#api/app.ts', '#config'],
      ...['../src/core/status.ts', '../src/probes/http.ts', './inner/../../src/api/app.ts', 'nodemailer', 'hono'],
    ],
  },
  'src/probes': {
    may: [
      './guard.ts',
      '#probes/guard.ts',
      '#core/verdict.ts',
      '#db/results.ts',
      '../i18n/words.ts',
      'node:stream',
      'zod',
    ],
    mayNot: ['#notify/worker.ts', '#publish/site.ts', '#api/app.ts', '../notify/worker.ts', ...ownSlang, ...doors],
  },
  'src/agent': {
    may: ['./spool.ts', '#core/assignment.ts', '#probes/runner.ts', 'node:sqlite', 'node:fs', 'zod'],
    mayNot: ['#db/results.ts', '#api/app.ts', '#notify/worker.ts', '#publish/site.ts', 'hono', ...ownSlang, ...doors],
  },
  'src/notify': {
    may: ['./smtp.ts', '#core/notice.ts', '#db/deliveries.ts', '../i18n/words.ts', 'node:path', 'nodemailer', 'resend'],
    mayNot: ['#probes/http.ts', '#publish/site.ts', '#api/app.ts', '../publish/site.ts', 'drizzle-orm', ...doors],
  },
  'src/publish': {
    may: [
      './site.ts',
      '#core/snapshot.ts',
      '#db/events.ts',
      '../i18n/words.ts',
      'node:zlib',
      'feed',
      'rss',
      'aws4fetch',
    ],
    mayNot: ['#probes/http.ts', '#notify/worker.ts', '#api/app.ts', '../api/app.ts', ...ownSlang, ...doors],
  },
  'src/cards': {
    may: [
      './letters.ts',
      '#core/card.ts',
      '../components/shapes.ts',
      'node:worker_threads',
      'satori',
      '@resvg/resvg-js',
    ],
    mayNot: [
      ...['#db/client.ts', '#publish/site.ts', '#api/app.ts', '../components/days.ts', '../i18n/words.ts', 'sax'],
      ...ownSlang,
      ...doors,
    ],
  },
  'src/api': {
    may: ['./problem.ts', '#core/error.ts', '#db/incidents.ts', 'hono', 'hono/utils/http-status', 'zod'],
    mayNot: ['#probes/http.ts', '#notify/worker.ts', '#publish/site.ts', '../publish/site.ts', ...ownSlang, ...doors],
  },
  'src/i18n': {
    may: ['./messages/en.ts', '#core/status.ts', 'intl-messageformat'],
    mayNot: ['#db/client.ts', '#publish/site.ts', '../pages/index.astro', 'zod', 'node:fs', ...ownSlang, ...doors],
  },
  'src/house': {
    may: ['#db/client.ts', '#probes/scheduler.ts', '#notify/worker.ts', '#publish/site.ts', '#api/app.ts', '#config'],
    mayNot: ownSlang,
  },
};

describe.each(Object.entries(rooms))('%s', (room, { may, mayNot }) => {
  it('imports what its job needs', async () => {
    expect(await refused(room, may)).toEqual([]);
  });

  it('is refused every other room and package', async () => {
    expect(await refused(room, mayNot)).toEqual(mayNot);
  });
});

describe.each(['src/pages', 'src/pages/staff', 'src/layouts', 'src/components'])('an Astro file in %s', (room) => {
  it('imports layouts, components, words and the domain', async () => {
    const may = [
      './Row.astro',
      '../layouts/Page.astro',
      '../../components/Row.astro',
      '../i18n/words.ts',
      '#core/status.ts',
    ];
    expect(await refused(room, may, 'astro')).toEqual([]);
  });

  it('is refused the database, the rooms that work, and Node', async () => {
    const mayNot = [
      '#db/client.ts',
      '../../db/client.ts',
      '#publish/site.ts',
      '../api/app.ts',
      'node:fs',
      'drizzle-orm',
    ];
    expect(await refused(room, mayNot, 'astro')).toEqual(mayNot);
  });
});

describe('the way of importing', () => {
  const ways = {
    'a type': "import type { Database } from '#db/client.ts';\nexport type { Database };",
    'a re-export': "export * from '#db/client.ts';",
    'a named re-export': "export { openDatabase } from '#db/client.ts';",
    'a dynamic import': "export const client = await import('#db/client.ts');",
    'an import inside a type': "export type Database = import('#db/client.ts').Database;",
  };

  it.each(Object.entries(ways))('does not matter: %s is refused too', async (_, source) => {
    const errors = await lintHouse({ 'src/core/way.ts': source });
    expect(errors.get('src/core/way.ts')).toHaveLength(1);
  });
});

describe('Astro', () => {
  const source = "import { astro } from 'astro/fetch';\nexport { astro };";

  it('is known to the renderer and the adapter, and to nobody else', async () => {
    const errors = await lintHouse({
      'src/render.ts': source,
      'src/adapter/index.ts': source,
      'src/house.ts': source,
      'src/publish/pages.ts': source,
    });
    const refusedFiles = [...errors].filter(([, found]) => found.length > 0).map(([path]) => path);
    expect(refusedFiles).toEqual(['src/house.ts', 'src/publish/pages.ts']);
  });
});
