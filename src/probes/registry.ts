import { DomainError } from '#core/error.ts';
import { http } from './http.ts';
import type { Kind } from './probe.ts';
import { tcp } from './tcp.ts';

/** Every way of looking at a target. A new one is a file beside this one and a line here. */
export const kinds: readonly Kind[] = [http, tcp];

/**
 * The kind of that name.
 * @throws DomainError `invalid` when there is none
 */
export function findKind(name: string): Kind {
  const kind = kinds.find((each) => each.kind === name);
  if (kind) return kind;
  const known = kinds.map((each) => each.kind).join(', ');
  throw new DomainError('invalid', `There is no kind of probe called "${name}"; expected one of ${known}.`);
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/**
 * Parses the settings of a probe, fresh or as they were stored.
 * @returns the settings with every default filled in
 * @throws DomainError `invalid` that names each wrong field
 */
export function parseProbe(kind: string, raw: unknown): unknown {
  const parsed = findKind(kind).schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => ({ pointer: pointerOf(path), detail: message }));
  const list = fields.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`).join('; ');
  throw new DomainError('invalid', `The settings of this ${kind} probe are not valid: ${list}.`, fields);
}
