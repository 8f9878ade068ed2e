import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Snapshot } from '#core/snapshot.ts';
import { answer, notFound, send } from '#publish/answer.ts';
import { type RenderPage, routesOf } from '#publish/routes.ts';
import type { Site } from '#publish/site.ts';
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
  const server = createServer((request, response) => {
    const ready = site && answer(site, request);
    if (ready) return send(response, ready);
    if (request.url === '/heartbeat.json')
      return void response.end(JSON.stringify({ at: new Date().toISOString(), revision: String(snapshot.revision) }));
    const missing = site && notFound(site, request.url ?? '');
    response.writeHead(404, missing ? Object.fromEntries(missing.headers) : {});
    void (missing ? missing.text() : Promise.resolve('')).then((text) => response.end(text));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const snapshot = await made(url);
  site = await siteOf(snapshot, renderPage ?? (await builtRenderer()));
  const addresses = routesOf(snapshot).map(({ path }) => path);
  return { url, snapshot, addresses, close: () => void server.close() };
}
