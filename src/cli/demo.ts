import { readPlaces } from '#config';
import { breakDemoService, listDemoServices, mendDemoService } from '../demo/control.ts';
import { faults } from '../demo/service.ts';
import { command } from './command.ts';
import { columns, jsonArg, print, printJson, say } from './output.ts';

const serviceArg = { type: 'positional', description: 'Its name, such as database', required: true } as const;

const breakService = command({
  meta: { name: 'break', description: 'Break a service of the sample platform' },
  args: {
    service: serviceArg,
    how: { type: 'enum', description: 'How it fails', options: [...faults], default: 'refuse' },
  },
  examples: ['intermission demo break database', 'intermission demo break screening-room --how hang'],
  async run({ args }) {
    const how = faults.find((fault) => fault === args.how) ?? 'refuse';
    const { name } = await breakDemoService(readPlaces().dataDir, args.service, how);
    say(`${name} is broken. Mend it with: intermission demo mend ${name}`);
  },
});

const mendService = command({
  meta: { name: 'mend', description: 'Mend a service of the sample platform' },
  args: { service: serviceArg },
  examples: ['intermission demo mend database'],
  async run({ args }) {
    const { name } = await mendDemoService(readPlaces().dataDir, args.service);
    say(`${name} works again.`);
  },
});

const list = command({
  meta: { name: 'list', description: 'List the services of the sample platform' },
  args: { json: jsonArg },
  examples: ['intermission demo list'],
  async run({ args }) {
    const services = await listDemoServices(readPlaces().dataDir);
    if (args.json) return printJson(services);
    print(columns(services.map(({ name, fault }) => [name, fault === null ? 'works' : `broken (${fault})`])));
  },
});

export const demo = command({
  meta: { name: 'demo', description: 'Start the server on a sample platform that you can break' },
  subCommands: { break: breakService, mend: mendService, list },
  examples: ['intermission demo', 'intermission demo break database', 'intermission demo mend database'],
  async run() {
    const { serveDemo } = await import('./serve.ts');
    await serveDemo();
  },
});
