import { feedChoice, isFeedPath } from './feedAddress.ts';

/** The page that links to everything else. */
export const homeName = 'index.html';
/** Tells when the whole was last true; at a host it is written last. */
export const heartbeatName = 'heartbeat.json';

/** Answers to forms, which only a server takes, and pages of one person. The form itself stays: it has the feeds as well. */
const serverOnly = /^(\/[a-z]{2})?\/(subscribe|claims)\/./;

/** Segments that mean the same in a path, in an address and in the name of an object, on every system. */
const safeNames = /^(?!.*(^|\/)\.{1,2}(\/|$))[\w.~-]+(\/[\w.~-]+)*$/;

/** `/history.rss?component=mail&per=update` -> `components/mail/history.per-update.rss` */
function feedName(path: string, query: string): string {
  const { component, perUpdate } = feedChoice(path, query);
  const file = perUpdate ? path.slice(1).replace(/(\.\w+)$/, '.per-update$1') : path.slice(1);
  return component === null ? file : `components/${component}/${file}`;
}

/** True for a path that stays below the root of the site, whoever named it. */
export function isSafeName(name: string): boolean {
  return safeNames.test(name);
}

function nameOf(address: string): string {
  const [path = '', query] = address.split('?', 2);
  if (query !== undefined) return isFeedPath(path) ? feedName(path, query) : '';
  if (path === '/') return homeName;
  if (/^(\/[a-z]{2})?\/404$/.test(path)) return `${path.slice(1)}.html`;
  return /\.\w+$/.test(path) ? path.slice(1) : `${path.slice(1)}/${homeName}`;
}

/**
 * The file that a static host keeps for an address, as a path below its root. A feed of one component lies in the
 * folder of the component, since files have no query.
 * @returns null for what belongs to one person, for what only a server can do, and where no safe name can be found
 */
export function staticName(address: string): string | null {
  if (serverOnly.test(address)) return null;
  const name = nameOf(address);
  return isSafeName(name) ? name : null;
}

const head = '<meta charset="utf-8">';
const canonical = /<link rel="canonical" href="(https?:\/\/[^/"]+)/;

/**
 * A page for hosts that send no headers of ours: it carries its Content-Security-Policy itself (CSP level 3, section
 * 3.3: without `frame-ancestors`, which counts in a header only), and its forms go to the server that can take them.
 */
export function staticHtml(html: string, policy: string): string {
  const origin = canonical.exec(html)?.[1];
  const own = policy
    .split(';')
    .map((directive) => directive.trim())
    .filter((directive) => directive !== '' && !directive.startsWith('frame-ancestors'))
    .map((directive) => (origin === undefined ? directive : directive.replace(/^form-action 'self'$/, `$& ${origin}`)));
  const meta = `<meta http-equiv="content-security-policy" content="${own.join('; ').replaceAll('"', '&quot;')}">`;
  const placed = html.replace(head, (found) => found + meta);
  return origin === undefined ? placed : placed.replaceAll(' action="/', ` action="${origin}/`);
}
