import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Snapshot } from '#core/snapshot.ts';
import { type Content, makePage } from '#publish/bytes.ts';
import { closedPolicy } from '#publish/headers.ts';
import type { RenderPage } from '#publish/route.ts';
import { openSite, type Site } from '#publish/site.ts';
import { allRoutes } from './routes.ts';

/** A folder of the test's own, removed when the test ends. */
export async function temporaryDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-site-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A log that is kept as parsed lines. */
export function listeningLog(): { log: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { log, lines };
}

export const pagePolicy = "default-src 'none'; style-src 'sha256-abc'";

/** Pages with nothing but their address, the time and the place for the mark of an old one. */
export const renderPlain: RenderPage = async (path, { snapshot: { generatedAt, incidents } }) =>
  new Response(
    `<!doctype html><html lang="en"><title>${path}</title><main>${generatedAt} ${incidents
      .map(({ title }) => title)
      .join()}</main>${'<i>row</i>'.repeat(100)}`,
    {
      headers: { 'content-type': 'text/html', 'content-security-policy': pagePolicy },
      status: path === '/404' ? 404 : 200,
    },
  );

/** A page with headers of its kind. */
export const contentOf = (part: Partial<Content> = {}): Content => ({
  kind: 'page',
  contentType: 'text/html; charset=utf-8',
  policy: closedPolicy,
  changedAt: 0,
  staleBody: null,
  ...part,
});

/** Everything public of a snapshot, rendered once and in memory: its folder knows that there is nothing else. */
export async function siteOf(snapshot: Snapshot, renderPage: RenderPage = renderPlain): Promise<Site> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-site-'));
  const site = await openSite({ dir, log: listeningLog().log });
  await site.tidy();
  await rm(dir, { recursive: true });
  const routes = allRoutes(snapshot);
  site.pin(new Set(routes.filter(({ live }) => live).map(({ path }) => path)));
  for (const { path, kind, contentType, key, render } of routes) {
    const { body, ...rest } = await render(snapshot, renderPage);
    const page = await makePage({ kind, contentType, ...rest, changedAt: snapshot.generatedAt }, body);
    site.put([{ address: path, key, page }]);
  }
  site.beat({ at: snapshot.generatedAt, revision: snapshot.revision });
  return site;
}

/** The text of a page as it is kept, wherever it is. */
export async function textAt(site: Site, address: string): Promise<string | undefined> {
  return (await site.find(address))?.bodies.identity.toString();
}
