import { startPusher } from '#publish/pusher.ts';
import { siteOfTexts } from '../contracts/target.ts';
import { listeningLog } from './site.ts';

/** How many pages the site of {@link generationOf} has besides home. */
export const pageCount = 200;

/** A site of which every file says the generation at its beginning and at its end; every second page is of one only. */
export function generationOf(generation: number) {
  const page = (name: string) => `${generation} ${name} ${'row '.repeat(2_000)}${generation}`;
  const numbers = Array.from({ length: pageCount }, (_, number) =>
    number % 2 ? `${number}-of-${generation}` : `${number}`,
  );
  const links = numbers.map((number) => `<a href="/pages/${number}">${number}</a>`).join('');
  const pages = numbers.map((number) => [`pages/${number}/index.html`, page(number)]);
  return siteOfTexts(
    Object.fromEntries([['index.html', `${generation} ${links} ${generation}`], ...pages]),
    generation * 1_000,
  );
}

/** A process that pushes one generation into a folder until it is killed: `node pushingProcess.ts DIR ROOT GENERATION`. */
if (import.meta.main) {
  const [dir = '', path = '', generation = ''] = process.argv.slice(2);
  const settings = { name: 'disk', kind: 'folder', refreshMs: 30_000, config: { path }, secrets: {} };
  const pusher = startPusher({
    targets: () => [settings],
    site: async () => generationOf(Number(generation)),
    dir,
    searchPath: '',
    hide: (text) => text,
    log: listeningLog().log,
  });
  pusher.wake(true);
  // It lives until it is killed, however soon it is done.
  setInterval(() => {}, 60_000);
}
