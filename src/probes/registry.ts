import type { z } from 'zod';
import { DomainError } from '#core/error.ts';
import { backup } from './backup.ts';
import { dns } from './dns.ts';
import { heartbeat } from './heartbeat.ts';
import { http } from './http.ts';
import { journey } from './journey.ts';
import type { Kind, ListeningKind, LookingKind } from './probe.ts';
import { restoreDrill } from './restoreDrill.ts';
import { tcp } from './tcp.ts';
import { tls } from './tls.ts';

/** Every kind of probe, those that look and those that listen. A new one is a file beside this one and a word here. */
export const kinds: readonly Kind[] = [http, journey, tcp, tls, dns, heartbeat, backup, restoreDrill];

function findAny(name: string): Kind {
  const kind = kinds.find((each) => each.kind === name);
  if (kind) return kind;
  const known = kinds.map((each) => each.kind).join(', ');
  throw new DomainError('invalid', `There is no kind of probe called "${name}"; expected one of ${known}.`);
}

/**
 * The looking kind of that name.
 * @throws DomainError `invalid` when there is none
 */
export function findKind(name: string): LookingKind {
  const kind = findAny(name);
  if ('run' in kind) return kind;
  throw new DomainError('invalid', `A ${name} probe does not look: its job reports by itself.`);
}

/** The listening kind of that name, or null when there is none. */
export function findListeningKind(name: string): ListeningKind | null {
  const kind = kinds.find((each) => each.kind === name);
  return kind === undefined || 'run' in kind ? null : kind;
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Where a value may be of several sorts, what each of them wanted. */
function detailOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return issue.message;
  const wanted = issue.errors.flatMap(([first]) => first?.message ?? []);
  return wanted.length === 0 ? issue.message : [...new Set(wanted)].join(', or ');
}

/**
 * Parses the settings of a probe, fresh or as they were stored.
 * @returns the settings with every default filled in
 * @throws DomainError `invalid` that names each wrong field
 */
export function parseProbe(kind: string, raw: unknown): unknown {
  const parsed = findAny(kind).schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => ({ pointer: pointerOf(issue.path), detail: detailOf(issue) }));
  const list = fields.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`).join('; ');
  throw new DomainError('invalid', `The settings of this ${kind} probe are not valid: ${list}.`, fields);
}
