import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Snapshot } from '#core/snapshot.ts';
import { type Content, makePage } from '#publish/bytes.ts';
import { closedPolicy } from '#publish/headers.ts';
import type { RenderPage } from '#publish/route.ts';
import { routesOf } from '#publish/routes.ts';
import { emptySite, type Site } from '#publish/site.ts';

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
  ...part,
});

/** Everything public of a snapshot, rendered once. */
export async function siteOf(snapshot: Snapshot, renderPage: RenderPage = renderPlain): Promise<Site> {
  const site = emptySite('never-written');
  for (const { path, kind, contentType, render } of routesOf(snapshot)) {
    const { body, policy } = await render(renderPage);
    site.pages.set(path, await makePage({ kind, contentType, policy, changedAt: snapshot.generatedAt }, body));
  }
  site.heartbeatAt = snapshot.generatedAt;
  return site;
}
