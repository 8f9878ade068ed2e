import type { Change, FieldChange, Plan, ShownValue } from '#core/plan.ts';

const marks = { added: '+', changed: '~', retired: '-' } as const;
const colors = { added: '\u001b[32m', changed: '\u001b[33m', retired: '\u001b[31m' } as const;
const plain = '\u001b[0m';
const longest = 80;

/** What a terminal would not show as it is, is shown as JSON spells it. */
function word(text: string): string {
  const short = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return text === '' || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|^\s|\s$/u.test(short)
    ? JSON.stringify(short).replace(/[\p{Cf}\p{Zl}\p{Zp}]/gu, (each) => `\\u{${each.codePointAt(0)?.toString(16)}}`)
    : short;
}

function valueText(value: ShownValue): string {
  if (value === null) return 'nothing';
  return Array.isArray(value) ? `[${value.map((each) => word(String(each))).join(', ')}]` : word(String(value));
}

function fieldText({ field, shown, from, to }: FieldChange): string {
  const change = shown ? `${valueText(from)} -> ${valueText(to)}` : 'changed (not shown)';
  return `    ${field === '' ? '' : `${word(field)}: `}${change}`;
}

function changeText({ how, kind, name, label, fields }: Change, wantsColor: boolean): string {
  const [start, end] = wantsColor ? [colors[how], plain] : ['', ''];
  const what = [kind, word(name)].filter((part) => part !== '""').join(' ');
  const more = label === null ? '' : ` (${word(label)})`;
  return [`${start}${marks[how]}${end} ${what}${more}`, ...fields.map(fieldText)].join('\n');
}

function countText({ changes, unchanged }: Plan): string {
  const counts = Object.keys(marks).map((how) => `${changes.filter((each) => each.how === how).length} ${how}`);
  return `${[...counts, `${unchanged} unchanged`].join(', ')}.`;
}

/** A plan for eyes: a line for each thing, its settings below, then what to know. */
export function planText(plan: Plan, wantsColor: boolean): string {
  const changes = plan.changes.map((change) => changeText(change, wantsColor));
  const warnings = plan.warnings.map(({ about, sentence }) => `Warning: ${about}: ${sentence}`);
  const summary = plan.changes.length === 0 ? `Nothing would change: ${plan.unchanged} unchanged.` : countText(plan);
  return [
    ...changes,
    ...(changes.length > 0 ? [''] : []),
    ...warnings,
    ...(warnings.length > 0 ? [''] : []),
    summary,
  ].join('\n');
}
