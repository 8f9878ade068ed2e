/** A form as Hono parses it. */
export type Form = Record<string, unknown>;

/** The text in a field; an absent field is an empty one. */
export function textOf(form: Form, name: string): string {
  const value = form[name];
  return typeof value === 'string' ? value : '';
}

/** Every text of a field that may be there several times. */
export function listOf(form: Form, name: string): string[] {
  return [form[name] ?? []].flat().filter((value): value is string => typeof value === 'string');
}

/** The fields of an update as the verbs take them: what was left empty is not there. */
export function updateInput(form: Form) {
  const status = textOf(form, 'status');
  const minutes = textOf(form, 'nextUpdateMinutes');
  return {
    body: textOf(form, 'body'),
    ...(status ? { status } : {}),
    ...(minutes ? { nextUpdateMinutes: Number(minutes) } : {}),
  };
}

/** Everything that was typed, to be given back with a refusal. */
export function draftOf(form: Form, incidentId?: string, resolution = false) {
  return {
    incidentId,
    resolution,
    title: textOf(form, 'title'),
    status: textOf(form, 'status'),
    body: textOf(form, 'body'),
    state: textOf(form, 'state'),
    components: listOf(form, 'component'),
    nextUpdateMinutes: textOf(form, 'nextUpdateMinutes'),
  };
}
