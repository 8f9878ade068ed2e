import { z } from 'zod';
import { askServer } from './client.ts';
import { command } from './command.ts';
import { print, say } from './output.ts';

const create = command({
  meta: { name: 'create', description: 'Make a token for a program; it is shown only now' },
  args: {
    name: { type: 'string', description: 'What it is for', required: true },
    scope: { type: 'enum', description: 'What it may do', options: ['read', 'write', 'probe'], default: 'read' },
    location: { type: 'string', description: 'For the scope probe: the location that it speaks for' },
  },
  examples: [
    'intermission token create --name deploys --scope write',
    'intermission token create --name "Agent in Lisbon" --scope probe --location lisbon',
  ],
  async run({ args }) {
    const body = { name: args.name, scope: args.scope, ...(args.location ? { location: args.location } : {}) };
    const { token } = await askServer(z.object({ token: z.string() }), 'POST', '/tokens', body);
    print(token);
    say(`Send it as "Authorization: Bearer ...". It is kept only as a hash: write it down now.`);
  },
});

export const token = command({
  meta: { name: 'token', description: 'Keys of programs' },
  subCommands: { create },
});
