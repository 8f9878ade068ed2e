import { z } from 'zod';
import { DomainError, StartError } from '#core/error.ts';
import { askServer } from './client.ts';
import { command } from './command.ts';
import { bodyArg, bodyFrom, listFrom, localeFrom, textFrom } from './given.ts';
import { factArgs, wordsFrom } from './incidentArgs.ts';
import { columns, jsonArg, print, printJson, say } from './output.ts';

const incidentSchema = z.looseObject({
  id: z.string(),
  title: z.string(),
  status: z.string(),
  startedAt: z.number(),
  loss: z.unknown().optional(),
});
const toldSchema = z.object({ updates: z.array(z.looseObject({ id: z.string() })) });
const listSchema = z.object({ incidents: z.array(incidentSchema) });

const promiseArg = { type: 'string', description: 'Promise the next update', valueHint: 'minutes' } as const;
const idArg = {
  type: 'positional',
  description: 'Its id; without one, the only open incident',
  required: false,
} as const;
const status = ['investigating', 'identified', 'monitoring'];

function promise(minutes: string | undefined): { nextUpdateMinutes?: number } {
  if (minutes === undefined) return {};
  if (/^\d+$/.test(minutes)) return { nextUpdateMinutes: Number(minutes) };
  throw new StartError(`--next-update: expected whole minutes, found "${minutes}".`);
}

/** Each `--component slug=state`. */
function componentsFrom(rawArgs: readonly string[]): Record<string, string> {
  const pairs = listFrom(rawArgs, '--component').map((pair): [string, string] => {
    const [slug = '', state = '', ...rest] = pair.split('=');
    if (slug && state && rest.length === 0) return [slug.trim(), state.trim()];
    throw new StartError(`--component: expected slug=state, such as payments=major_outage, found "${pair}".`);
  });
  return Object.fromEntries(pairs);
}

async function idFrom(given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  const { incidents } = await askServer(listSchema, 'GET', '/incidents?open=true');
  const [only, ...others] = incidents;
  if (only === undefined) throw new DomainError('not_found', 'No incident is open.');
  if (others.length === 0) return only.id;
  const list = incidents.map(({ id, title }) => `${id} (${title})`).join(', ');
  throw new DomainError('invalid', `Several incidents are open; say which: ${list}.`);
}

async function newestUpdate(path: string): Promise<string> {
  const { updates } = await askServer(toldSchema, 'GET', path);
  const [newest] = updates;
  if (newest === undefined) throw new DomainError('not_found', 'Nothing was said about it yet.');
  return newest.id;
}

const open = command({
  meta: { name: 'open', description: 'Open an incident with its first update; subscribers are told' },
  args: {
    title: { type: 'string', description: 'One line, as readers will see it', required: true },
    body: bodyArg,
    component: { type: 'string', description: 'Whom it touches, once for each', valueHint: 'slug=state' },
    status: { type: 'enum', description: 'How far you are', options: status, default: 'investigating' },
    'next-update': promiseArg,
    ...factArgs,
  },
  examples: [
    'intermission incident open --title "Payments fail" --body "We are looking into it." --component payments=major_outage',
    'intermission incident open --title "Slow screenings" --body - --next-update 20 < first-post.md',
    'intermission incident open --title "Uploads fail" --body @post.md --translation es.title="Fallan las subidas" --translation es=@post.es.md',
  ],
  async run({ args, rawArgs }) {
    const incident = await askServer(incidentSchema, 'POST', '/incidents', {
      title: args.title,
      status: args.status,
      ...promise(args['next-update']),
      components: componentsFrom(rawArgs),
      ...(await wordsFrom(args, rawArgs, ['title'])),
    });
    print(incident.id);
    say(`Opened: ${incident.title} (${incident.status}).`);
  },
});

const update = command({
  meta: { name: 'update', description: 'Post an update; subscribers are told' },
  args: {
    id: idArg,
    body: bodyArg,
    status: { type: 'enum', description: 'How far you are; without it, as before', options: status },
    'next-update': promiseArg,
    ...factArgs,
  },
  examples: [
    'intermission incident update --status identified --body "A disk failed." --next-update 30',
    'intermission incident update --body "Cards work again in part." --workaround "Pay by bank transfer."',
  ],
  async run({ args, rawArgs }) {
    const minutes = promise(args['next-update']);
    const words = await wordsFrom(args, rawArgs);
    const id = await idFrom(args.id);
    const incident = await askServer(incidentSchema, 'POST', `/incidents/${encodeURIComponent(id)}/updates`, {
      ...(args.status === undefined ? {} : { status: args.status }),
      ...minutes,
      ...words,
    });
    print(incident.id);
    say(`Updated: ${incident.title} (${incident.status}).`);
  },
});

const resolve = command({
  meta: { name: 'resolve', description: 'Post the last update and close; say what was lost; subscribers are told' },
  args: { id: idArg, body: bodyArg, ...factArgs },
  examples: [
    'intermission incident resolve --body "All is back." --loss none',
    'intermission incident resolve --body @last.md --loss-from 2026-11-19T08:00Z --loss-to 2026-11-20T02:00Z --loss-what "Submissions and payments" --recovery partial',
  ],
  async run({ args, rawArgs }) {
    const words = await wordsFrom(args, rawArgs);
    const id = await idFrom(args.id);
    const incident = await askServer(incidentSchema, 'POST', `/incidents/${encodeURIComponent(id)}/resolution`, words);
    print(incident.id);
    say(`Resolved: ${incident.title}.`);
    if (incident.loss === null) say('Nobody has said yet whether anything was lost.');
  },
});

const translate = command({
  meta: { name: 'translate', description: 'Add a translation to an update that is there; nobody is told again' },
  args: {
    id: { ...idArg, description: 'Id of the incident', required: true },
    update: { type: 'positional', description: 'Id of the update; "newest" is its newest', required: true },
    locale: { type: 'string', description: 'Language of the translation', required: true },
    body: bodyArg,
    title: { type: 'string', description: 'The title of the incident in that language' },
    workaround: { type: 'string', description: 'Its workaround in that language', valueHint: 'text' },
    'loss-what': { type: 'string', description: 'What was lost, in that language', valueHint: 'text' },
  },
  examples: ['intermission incident translate 3k5v8q2m1x7z newest --locale es --body "Un disco ha fallado."'],
  async run({ args }) {
    const { title, workaround, 'loss-what': lossWhat } = args;
    const translation = {
      locale: localeFrom('--locale', args.locale),
      body: await bodyFrom(args.body),
      title,
      workaround: workaround && (await textFrom('--workaround', workaround)),
      lossWhat,
    };
    const path = `/incidents/${encodeURIComponent(args.id)}`;
    const update = args.update === 'newest' ? await newestUpdate(path) : args.update;
    const incident = await askServer(
      incidentSchema,
      'POST',
      `${path}/updates/${encodeURIComponent(update)}/translations`,
      translation,
    );
    print(update);
    say(`Translated into ${args.locale}: ${incident.title}.`);
  },
});

const list = command({
  meta: { name: 'list', description: 'List incidents, newest first' },
  args: { open: { type: 'boolean', description: 'Only open ones', default: false }, json: jsonArg },
  examples: ['intermission incident list --open', 'intermission incident list --json'],
  async run({ args }) {
    const { incidents } = await askServer(listSchema, 'GET', args.open ? '/incidents?open=true' : '/incidents');
    if (args.json) return printJson(incidents);
    const rows = incidents.map(({ id, status: stage, startedAt, title }) => [
      id,
      stage,
      new Date(startedAt).toISOString().slice(0, 16).replace('T', ' '),
      title,
    ]);
    if (rows.length > 0) print(columns(rows));
    else say(args.open ? 'No incident is open.' : 'There was no incident yet.');
  },
});

export const incident = command({
  meta: { name: 'incident', description: 'Open, update, resolve, translate and list incidents' },
  subCommands: { open, update, resolve, translate, list },
});
