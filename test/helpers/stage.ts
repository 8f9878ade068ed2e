import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Snapshot } from '#core/snapshot.ts';
import { answer, notFound, send } from '#publish/answer.ts';
import type { RenderPage } from '#publish/route.ts';
import type { Site } from '#publish/site.ts';
import { allRoutes } from './routes.ts';
import { siteOf } from './site.ts';

/** A snapshot on show: rendered by the built pages, answered from bytes as the product answers. */
export type Stage = {
  /** Without trailing slash. */
  url: string;
  snapshot: Snapshot;
  /** Every address that is published. */
  addresses: readonly string[];
  close: () => void;
};

/** The renderer of the built product; the tests of the running product find it built. */
export async function builtRenderer(): Promise<RenderPage> {
  const entry: { renderPage: RenderPage } = await import(join(import.meta.dirname, '../../dist/server/entry.mjs'));
  return entry.renderPage;
}

/**
 * Renders everything public of a snapshot as the product does, and serves it on loopback until it is closed.
 * @param made the snapshot, once its address is known
 * @param renderPage that of the built product, unless the pages themselves do not matter
 */
export async function openStage(
  made: (url: string) => Snapshot | Promise<Snapshot>,
  renderPage?: RenderPage,
): Promise<Stage> {
  let site: Site | undefined;
  const server = createServer(async (request, response) => {
    // What is on show is true as long as it is shown.
    site?.beat({ at: Date.now(), revision: snapshot.revision });
    const ready = site && (await answer(site, request));
    if (ready) return send(response, ready);
    const missing = site && (await notFound(site, request.url ?? ''));
    response.writeHead(404, missing ? Object.fromEntries(missing.headers) : {});
    response.end(missing ? await missing.text() : '');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const snapshot = await made(url);
  site = await siteOf(snapshot, renderPage ?? (await builtRenderer()));
  const addresses = allRoutes(snapshot).map(({ path }) => path);
  return { url, snapshot, addresses, close: () => void server.close() };
}
