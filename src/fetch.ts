import { join } from 'node:path';
import { readConfig } from '#config';
import { openSite } from '#publish/site.ts';
import { type House, openHouse, settle } from './house.ts';
import { createLog } from './log.ts';
import { renderPage } from './render.ts';

let opened: Promise<House> | undefined;

// A changed module opens a new house on the same data; the old one lets go of it first.
const before: typeof globalThis & { closing?: Promise<void> | undefined } = globalThis;
import.meta.hot?.dispose(() => {
  before.closing = opened?.then((house) => house.close());
});

async function openFresh(origin: string): Promise<House> {
  await before.closing;
  const config = readConfig();
  const log = createLog();
  return openHouse(settle(config, origin), await openSite({ dir: join(config.dataDir, 'site'), log }), renderPage, log);
}

async function renderFresh(house: House, { pathname }: URL): Promise<Response> {
  const snapshot = await house.snapshot();
  const locale = snapshot.page.locales.slice(1).find((each) => `${pathname}/`.startsWith(`/${each}/`));
  if (!locale) return renderPage(pathname, { snapshot });
  return renderPage(pathname.slice(locale.length + 1) || '/', { snapshot, locale });
}

/**
 * What Astro's development server asks for everything: pages are rendered afresh from the current snapshot, the
 * rest is the API's. The built server answers visitors from bytes instead (src/server.ts).
 */
export default {
  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    opened ??= openFresh(url.origin);
    const house = await opened;
    const answer = await house.fetch(request);
    return answer.status === 404 && request.method === 'GET' ? renderFresh(house, url) : answer;
  },
};
