import { z } from 'zod';
import { askServer } from './client.ts';
import { command } from './command.ts';
import { print, say } from './output.ts';

const invite = command({
  meta: { name: 'invite', description: 'Let somebody in, or give them a new password; it is shown only now' },
  args: { name: { type: 'string', description: 'The name they sign in with', required: true } },
  examples: ['intermission staff invite --name "night shift"'],
  async run({ args }) {
    const { password } = await askServer(z.object({ password: z.string() }), 'POST', '/staff', { name: args.name });
    print(password);
    say(`${args.name} signs in with it at /staff. It is kept only as a hash: pass it on now.`);
  },
});

export const staff = command({
  meta: { name: 'staff', description: 'People who may sign in to the desk' },
  subCommands: { invite },
});
