import { z } from 'zod';
import { askServer } from './client.ts';
import { command } from './command.ts';
import { columns, jsonArg, print, printJson, say } from './output.ts';

const listSchema = z.object({
  probes: z.array(
    z.looseObject({ id: z.string(), kind: z.string(), state: z.string(), lastPingAt: z.number().nullable() }),
  ),
});
const addressSchema = z.looseObject({ url: z.string() });

const idArg = { type: 'positional', description: 'Id of the probe: component/name', required: true } as const;

/** The path of a probe below `/api/v1`. */
function pathOf(id: string): string {
  const [component = '', ...rest] = id.split('/');
  return `/probes/${encodeURIComponent(component)}/${encodeURIComponent(rest.join('/'))}`;
}

const list = command({
  meta: { name: 'list', description: 'List the probes, how each stands, and when its job last spoke' },
  args: { json: jsonArg },
  examples: ['intermission probe list', 'intermission probe list --json'],
  async run({ args }) {
    const { probes } = await askServer(listSchema, 'GET', '/probes');
    if (args.json) return printJson(probes);
    const heard = (at: number | null) => (at === null ? '' : `heard ${new Date(at).toISOString()}`);
    const rows = probes.map(({ id, kind, state, lastPingAt }) => [id, kind, state, heard(lastPingAt)]);
    if (rows.length > 0) print(columns(rows));
  },
});

const url = command({
  meta: { name: 'url', description: 'Show where the job of a listening probe reports' },
  args: { id: idArg },
  examples: ['intermission probe url database/nightly-dump'],
  async run({ args }) {
    print((await askServer(addressSchema, 'GET', `${pathOf(args.id)}/address`)).url);
  },
});

const rotate = command({
  meta: { name: 'rotate', description: 'Give the job of a listening probe another address; the old one ends at once' },
  args: { id: idArg },
  examples: ['intermission probe rotate database/nightly-dump'],
  async run({ args }) {
    print((await askServer(addressSchema, 'POST', `${pathOf(args.id)}/rotation`, {})).url);
    say('The old address answers nobody any more: give this one to the job.');
  },
});

export const probe = command({
  meta: { name: 'probe', description: 'How we look, and where jobs report' },
  subCommands: { list, url, rotate },
});
