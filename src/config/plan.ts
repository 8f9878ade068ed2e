import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  type Change,
  type FieldChange,
  type Plan,
  type ShownValue,
  shownValueSchema,
  type Warning,
} from '#core/plan.ts';
import type { Declared, Surroundings } from '#db/settings.ts';
import { fieldAddress, type Thing, thingsOf } from './things.ts';
import { warningsOf } from './warnings.ts';

/** Settings that may hold a secret even where it is written into the file itself. */
const secretWords =
  /(^|[._-])(headers?|body|send|form|json|cookies?|tokens?|passwords?|secrets?|authorization|credentials)([._-]|$)/i;

const hiddenIn = ({ hidden }: Declared): string[] => (Array.isArray(hidden) ? hidden.map(String) : []);

const shown = (value: unknown): ShownValue => shownValueSchema.catch(() => String(value)).parse(value ?? null);

function fieldChanges(before: Thing, after: Thing, hidden: ReadonlySet<string>): FieldChange[] {
  const fields = [...new Set([...before.fields.keys(), ...after.fields.keys()])];
  return fields
    .filter((field) => !isDeepStrictEqual(before.fields.get(field), after.fields.get(field)))
    .map((field) =>
      secretWords.test(field) || hidden.has(fieldAddress(after, field))
        ? { field, shown: false, from: null, to: null }
        : { field, shown: true, from: shown(before.fields.get(field)), to: shown(after.fields.get(field)) },
    );
}

/** The order of a list, where what is in it both before and after has changed places. */
function orderChange(name: string, before: readonly string[], after: readonly string[]): Change[] {
  const from = before.filter((entry) => after.includes(entry));
  const to = after.filter((entry) => before.includes(entry));
  if (isDeepStrictEqual(from, to)) return [];
  const fields = [{ field: 'order', shown: true, from, to }];
  return [{ how: 'changed', kind: 'order', name, label: null, fields }];
}

const slugsOf = ({ components }: Declared): string[] => components.map(({ slug }) => slug);
const groupsOf = ({ groups }: Declared): string[] => (Array.isArray(groups) ? groups.map(String) : []);

/**
 * What changes from one declaration to the next. Pure, and without a list of fields: a setting that is new in
 * `status.yaml` is in the plan by being there.
 * @param remarks what was noticed while the file was read
 */
export function planOf(
  before: Declared,
  after: Declared,
  surroundings: Surroundings,
  remarks: readonly Warning[] = [],
): Plan {
  const hidden = new Set([...hiddenIn(before), ...hiddenIn(after)]);
  const was = thingsOf(before);
  const becomes = thingsOf(after);
  const lineOf = (how: Change['how'], each: Thing, fields: FieldChange[] = []): Change => {
    const { kind, name, label } = each;
    return { how, kind, name, label: hidden.has(fieldAddress(each, 'name')) ? null : label, fields };
  };
  const lines = [...becomes].flatMap(([key, each]): Change[] => {
    const old = was.get(key);
    if (old === undefined) return [lineOf('added', each)];
    const fields = fieldChanges(old, each, hidden);
    return fields.length === 0 ? [] : [lineOf('changed', each, fields)];
  });
  const retired = [...was].filter(([key]) => !becomes.has(key)).map(([, each]) => lineOf('retired', each));
  return {
    changes: [
      ...lines,
      ...orderChange('groups', groupsOf(before), groupsOf(after)),
      ...orderChange('components', slugsOf(before), slugsOf(after)),
      ...retired,
    ],
    unchanged: becomes.size - lines.length,
    warnings: warningsOf({ before, after, remarks, ...surroundings }),
  };
}

/** Names a plan: another file, or other rows under it, have another name. */
export function planId(before: Declared, after: Declared): string {
  return createHash('sha256')
    .update(JSON.stringify([before, after]))
    .digest('base64url');
}
