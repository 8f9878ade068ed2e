import { z } from 'zod';
import { DomainError } from '#core/error.ts';
import { askServer } from './client.ts';
import { command } from './command.ts';
import { bodyArg, bodyFrom, type FieldName, languageArgs, languageFrom, listFrom, translationsFrom } from './given.ts';
import { columns, jsonArg, print, printJson, say } from './output.ts';

const maintenanceSchema = z.looseObject({
  id: z.string(),
  title: z.string(),
  status: z.string(),
  scheduledFromAt: z.number(),
  scheduledToAt: z.number(),
});
type Maintenance = z.infer<typeof maintenanceSchema>;
const listSchema = z.object({ maintenances: z.array(maintenanceSchema) });

const idArg = {
  type: 'positional',
  description: 'Its id; without one, the only one planned or under way',
  required: false,
} as const;
const instant = { type: 'string', valueHint: '2026-12-01T02:00Z' } as const;
const ownWordsArg = {
  ...bodyArg,
  description: `${bodyArg.description}; left out, the usual words`,
  required: false,
} as const;

/** "2026-12-01 02:00 to 2026-12-01 04:00 UTC" */
function timesOf({ scheduledFromAt, scheduledToAt }: Maintenance): string {
  const spoken = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return `${spoken(scheduledFromAt)} to ${spoken(scheduledToAt)} UTC`;
}

async function idFrom(given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  const { maintenances } = await askServer(listSchema, 'GET', '/maintenances?open=true');
  const [only, ...others] = maintenances;
  if (only === undefined) throw new DomainError('not_found', 'Nothing is planned or under way.');
  if (others.length === 0) return only.id;
  const list = maintenances.map(({ id, title }) => `${id} (${title})`).join(', ');
  throw new DomainError('invalid', `Several are planned or under way; say which: ${list}.`);
}

type Given = { body?: string | undefined; language?: string | undefined };

/** Everything that a word says; without a body, the usual words are said. */
async function wordsFrom(args: Given, rawArgs: readonly string[], fields: readonly FieldName[] = ['body']) {
  return {
    ...(args.body === undefined ? {} : { body: await bodyFrom(args.body) }),
    ...languageFrom(args),
    ...(await translationsFrom(rawArgs, fields)),
  };
}

/** Posts a word to the noun of the deed, and tells what has become of the maintenance. */
async function post(given: string | undefined, noun: string, body: object, done: string): Promise<void> {
  const path = `/maintenances/${encodeURIComponent(await idFrom(given))}/${noun}`;
  const maintenance = await askServer(maintenanceSchema, 'POST', path, body);
  print(maintenance.id);
  say(`${done}: ${maintenance.title} (${maintenance.status}, ${timesOf(maintenance)}).`);
}

const schedule = command({
  meta: { name: 'schedule', description: 'Plan work and announce it; subscribers are told' },
  args: {
    title: { type: 'string', description: 'One line, as readers will see it', required: true },
    body: bodyArg,
    ...languageArgs,
    from: { ...instant, description: 'When it begins', required: true },
    to: { ...instant, description: 'When it ends', required: true },
    component: { type: 'string', description: 'What it touches, once for each', valueHint: 'slug' },
    'begin-by-hand': { type: 'boolean', description: 'It begins when somebody says so', default: false },
    'complete-by-hand': { type: 'boolean', description: 'It ends when somebody says so', default: false },
  },
  examples: [
    'intermission maintenance schedule --title "Larger disks" --body "Uploads pause." --component uploads --from 2026-12-01T02:00Z --to 2026-12-01T04:00Z',
    'intermission maintenance schedule --title "Larger disks" --body - --from 2026-12-01T03:00+01:00 --to 2026-12-01T05:00+01:00 < plan.md',
  ],
  async run({ args, rawArgs }) {
    const maintenance = await askServer(maintenanceSchema, 'POST', '/maintenances', {
      title: args.title,
      from: args.from,
      to: args.to,
      components: listFrom(rawArgs, '--component').map((slug) => slug.trim()),
      startsByItself: !args['begin-by-hand'],
      endsByItself: !args['complete-by-hand'],
      ...(await wordsFrom(args, rawArgs, ['body', 'title'])),
    });
    print(maintenance.id);
    say(`Planned: ${maintenance.title}, ${timesOf(maintenance)}.`);
  },
});

const update = command({
  meta: { name: 'update', description: 'Post an update; subscribers are told' },
  args: {
    id: idArg,
    body: bodyArg,
    status: { type: 'enum', description: 'How far you are; without it, as before', options: ['verifying'] },
    title: { type: 'string', description: 'A better title' },
    ...languageArgs,
  },
  examples: [
    'intermission maintenance update --status verifying --body "The disks are in; we look at everything once."',
  ],
  async run({ args, rawArgs }) {
    const { id, status, title } = args;
    const changes = { ...(status === undefined ? {} : { status }), ...(title === undefined ? {} : { title }) };
    await post(id, 'updates', { ...changes, ...(await wordsFrom(args, rawArgs)) }, 'Updated');
  },
});

const reschedule = command({
  meta: { name: 'reschedule', description: 'Set other times; subscribers are told' },
  args: {
    id: idArg,
    body: bodyArg,
    from: { ...instant, description: 'When it begins; left out, as planned' },
    to: { ...instant, description: 'When it ends', required: true },
    ...languageArgs,
  },
  examples: ['intermission maintenance reschedule --to 2026-12-01T05:00Z --body "It takes an hour longer."'],
  async run({ args, rawArgs }) {
    const { id, from, to } = args;
    const times = { ...(from === undefined ? {} : { from }), to };
    await post(id, 'times', { ...times, ...(await wordsFrom(args, rawArgs)) }, 'Moved');
  },
});

const begin = command({
  meta: { name: 'begin', description: 'Begin the work: what it touches is in maintenance; subscribers are told' },
  args: { id: idArg, body: ownWordsArg, ...languageArgs },
  examples: ['intermission maintenance begin'],
  async run({ args, rawArgs }) {
    await post(args.id, 'beginning', await wordsFrom(args, rawArgs), 'Begun');
  },
});

const complete = command({
  meta: { name: 'complete', description: 'End the work: what fails by then opens an incident; subscribers are told' },
  args: { id: idArg, body: ownWordsArg, ...languageArgs },
  examples: ['intermission maintenance complete --body "Done early. Nothing was lost."'],
  async run({ args, rawArgs }) {
    await post(args.id, 'completion', await wordsFrom(args, rawArgs), 'Completed');
  },
});

const cancel = command({
  meta: { name: 'cancel', description: 'Call the work off and say why; subscribers are told' },
  args: { id: idArg, body: bodyArg, ...languageArgs },
  examples: [
    'intermission maintenance cancel --body "Tonight is the deadline of three festivals; we choose another night."',
  ],
  async run({ args, rawArgs }) {
    await post(args.id, 'cancellation', await wordsFrom(args, rawArgs), 'Cancelled');
  },
});

const list = command({
  meta: { name: 'list', description: 'List planned work, the furthest ahead first' },
  args: { open: { type: 'boolean', description: 'Only planned or under way', default: false }, json: jsonArg },
  examples: ['intermission maintenance list --open', 'intermission maintenance list --json'],
  async run({ args }) {
    const path = args.open ? '/maintenances?open=true' : '/maintenances';
    const { maintenances } = await askServer(listSchema, 'GET', path);
    if (args.json) return printJson(maintenances);
    const rows = maintenances.map((each) => [each.id, each.status, timesOf(each), each.title]);
    if (rows.length > 0) print(columns(rows));
    else say(args.open ? 'Nothing is planned or under way.' : 'Nothing was planned yet.');
  },
});

export const maintenance = command({
  meta: { name: 'maintenance', description: 'Plan work, say how it goes, and list it' },
  subCommands: { schedule, update, reschedule, begin, complete, cancel, list },
});
