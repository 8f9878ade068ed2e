import { resolve } from 'node:path';
import { z } from 'zod';
import { readAgentConfig } from '#config';
import { StartError } from '#core/error.ts';
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

const agent = command({
  meta: { name: 'agent', description: 'Look from this machine for a server elsewhere' },
  args: {
    server: { type: 'string', description: 'Address of the server', required: true },
    location: { type: 'string', description: 'Name of this location, as status.yaml has it', required: true },
    token: { type: 'string', description: 'Token of scope probe; default: the variable AGENT_TOKEN' },
    data: { type: 'string', description: 'Folder for unsent results; default: agent-NAME in DATA_DIR' },
  },
  examples: [
    'AGENT_TOKEN=imn_... intermission probe agent --server https://status.example.org --location lisbon',
    'intermission token create --name "Agent in Lisbon" --scope probe --location lisbon',
  ],
  async run({ args }) {
    const { startAgent } = await import('../agent/agent.ts');
    const { parseServer } = await import('../agent/link.ts');
    if (!/^[a-z0-9-]{1,60}$/.test(args.location))
      throw new StartError(`--location: expected a name such as "lisbon", found "${args.location}".`);
    const { dataDir, token: ownToken, egressAllow } = readAgentConfig(args.location);
    const token = args.token ?? ownToken;
    if (!token)
      throw new StartError(
        'A token is missing. Make one at the server with "intermission token create --scope probe --location ...", and put it into AGENT_TOKEN.',
      );
    const server = parseServer(args.server);
    if (server.protocol === 'http:' && !/^(127\.|\[::1\]|localhost$)/.test(server.hostname))
      say(`${server.origin} is not encrypted: the token and the settings of probes travel in the open.`);
    const running = await startAgent({
      server,
      token,
      location: args.location,
      dataDir: args.data === undefined ? dataDir : resolve(args.data),
      egressAllow,
      say,
    });
    const ended = Promise.withResolvers<void>();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.resolve());
    await ended.promise;
    await running.stop();
    say('Stopped.');
  },
});

export const probe = command({
  meta: { name: 'probe', description: 'How we look, from where, and where jobs report' },
  subCommands: { list, url, rotate, agent },
});
