import { resolve } from 'node:path';
import { readAgentConfig } from '#config';
import { StartError } from '#core/error.ts';
import { command } from './command.ts';
import { say } from './output.ts';

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
  meta: { name: 'probe', description: 'Looking at targets' },
  subCommands: { agent },
});
