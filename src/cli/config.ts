import { resolve } from 'node:path';
import { command } from './command.ts';
import { print, say } from './output.ts';

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

const check = command({
  meta: { name: 'check', description: 'Look through status.yaml and the environment without starting anything' },
  args: { file: { type: 'positional', description: 'Another file than STATUS_CONFIG names', required: false } },
  examples: ['intermission config check', 'intermission config check status.example.yaml'],
  async run({ args }) {
    const { readPlaces, readStatusConfig } = await import('#config');
    const { sharedFates, sharedFateSentence } = await import('#core/sharedFate.ts');
    const { statusPath } = readPlaces();
    const file = args.file === undefined ? statusPath : resolve(args.file);
    const { components, groups } = readStatusConfig(file);
    const probes = components.flatMap((component) => component.probes);
    print(
      `OK: ${count(components.length, 'component')}, ${count(groups.length, 'group')}, ${count(probes.length, 'probe')}.`,
    );
    for (const fate of sharedFates(components)) say(`Warning: ${sharedFateSentence(fate)}`);
  },
});

export const config = command({
  meta: { name: 'config', description: 'The settings' },
  subCommands: { check },
});
