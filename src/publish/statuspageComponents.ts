import { hash } from 'node:crypto';
import { type Locale, textFor } from '#core/locale.ts';
import { renderMarkdown } from '#core/markdown.ts';
import { bodyText, type Snapshot, type SnapshotComponent, type Worded } from '#core/snapshot.ts';
import { type ComponentState, worstState } from '#core/status.ts';
import type { ComponentJson, ComponentStatusJson } from './statuspageSchema.ts';

/** Statuspage has no word for what we could not see, and it is not a failure. */
export const statusOf: Record<ComponentState, ComponentStatusJson> = {
  operational: 'operational',
  unknown: 'operational',
  degraded: 'degraded_performance',
  partial_outage: 'partial_outage',
  major_outage: 'major_outage',
  maintenance: 'under_maintenance',
};

/** ISO 8601 in UTC with milliseconds. */
export const iso = (at: number) => new Date(at).toISOString();
export const isoOrNull = (at: number | null) => (at === null ? null : iso(at));

/** An id of Statuspage's form for what has none of its own: 12 letters and digits that its name decides. */
function idFrom(text: string): string {
  return BigInt(`0x${hash('sha256', text)}`)
    .toString(36)
    .padStart(12, '0')
    .slice(-12);
}

export const pageIdOf = ({ page }: Snapshot) => idFrom(`page ${page.url}`);
const groupIdOf = (group: string) => idFrom(`group ${group}`);

function componentJson(component: SnapshotComponent, position: number, pageId: string): ComponentJson {
  return {
    id: component.id,
    name: component.name,
    status: statusOf[component.state],
    created_at: iso(component.createdAt),
    updated_at: iso(component.updatedAt),
    position,
    description: component.description,
    showcase: true,
    start_date: iso(component.createdAt).slice(0, 10),
    group_id: component.group === null ? null : groupIdOf(component.group),
    page_id: pageId,
    group: false,
    only_show_if_degraded: false,
  };
}

function groupJson(
  group: string,
  children: readonly SnapshotComponent[],
  position: number,
  pageId: string,
): ComponentJson {
  const createdAt = Math.min(...children.map((child) => child.createdAt));
  return {
    id: groupIdOf(group),
    name: group,
    status: statusOf[worstState(children.map((child) => child.state))],
    created_at: iso(createdAt),
    updated_at: iso(Math.max(...children.map((child) => child.updatedAt))),
    position,
    description: null,
    showcase: false,
    start_date: null,
    group_id: null,
    page_id: pageId,
    group: true,
    only_show_if_degraded: false,
    components: children.map((child) => child.id),
  };
}

/** One flat list: a group's row, then its children. Positions count within the page or within the group. */
export function componentsJson(snapshot: Snapshot): ComponentJson[] {
  const pageId = pageIdOf(snapshot);
  // A component without a group stands for itself; its slug cannot be mistaken for the name of a group.
  const shelves = Map.groupBy(snapshot.components, ({ group, slug }) =>
    group === null ? `/${slug}` : `group ${group}`,
  );
  return [...shelves.values()].flatMap((children, index) => {
    const group = children[0]?.group ?? null;
    const rows = children.map((child, place) => componentJson(child, group === null ? index + 1 : place + 1, pageId));
    return group === null ? rows : [groupJson(group, children, index + 1, pageId), ...rows];
  });
}

/** Staff text as Statuspage's own bodies have it: no paragraphs, but breaks and links. Clients print it raw. */
export function bodyOf(update: Worded, first: Locale): string {
  return renderMarkdown(textFor(bodyText(update), first, first).text)
    .trim()
    .replace(/<\/p>\n<p>/g, '<br /><br />')
    .replace(/<br>\n?/g, '<br />')
    .replace(/<\/?p>/g, '');
}

/** Components by their ids. */
export type Named = ReadonlyMap<string, SnapshotComponent>;

/** A component as an update names it: the group before its own name. */
export function affectedName({ group, name }: SnapshotComponent): string {
  return group === null ? name : `${group} - ${name}`;
}
