import { z } from 'zod';
import { askServer } from './client.ts';
import { command } from './command.ts';
import { columns, jsonArg, print, printJson } from './output.ts';

const listSchema = z.object({
  components: z.array(z.looseObject({ slug: z.string(), name: z.string(), state: z.string() })),
});

const list = command({
  meta: { name: 'list', description: 'List the components and their states' },
  args: { json: jsonArg },
  examples: ['intermission component list', 'intermission component list --json'],
  async run({ args }) {
    const { components } = await askServer(listSchema, 'GET', '/components');
    if (args.json) return printJson(components);
    if (components.length > 0) print(columns(components.map(({ slug, state, name }) => [slug, state, name])));
  },
});

export const component = command({
  meta: { name: 'component', description: 'The services on the page' },
  subCommands: { list },
});
