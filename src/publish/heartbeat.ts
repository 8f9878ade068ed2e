import { makePageNow, type Page } from './bytes.ts';
import { closedPolicy } from './headers.ts';

/** When everything public was true, and as of which revision of the database. */
export type Beat = { at: number; revision: number };

/** Where scripts of any page learn how old it is. */
export const heartbeatAddress = '/heartbeat.json';

/** The heartbeat as a page of its own: it is kept like the others, and read first at the next start. */
export function pageOfBeat({ at, revision }: Beat): Page {
  const contentType = 'application/json; charset=utf-8';
  const content = { kind: 'api', contentType, policy: closedPolicy, changedAt: at, staleBody: null } as const;
  return makePageNow(content, JSON.stringify({ at: new Date(at).toISOString(), revision: String(revision) }));
}

/** @throws when the page is not one that `pageOfBeat` made */
export function beatAtOf(page: Page): number {
  const at = Date.parse(JSON.parse(page.bodies.identity.toString()).at);
  if (Number.isNaN(at)) throw new Error('the heartbeat has no time');
  return at;
}
