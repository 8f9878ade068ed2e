import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { DomainError, StartError } from '#core/error.ts';
import { wantsColor } from '../config/color.ts';
import { command } from './command.ts';
import { jsonArg, print, printJson, say } from './output.ts';
import type { Planner } from './planner.ts';
import { planText } from './planText.ts';
import type { ExitCode } from './run.ts';

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
    const { components, groups, remarks } = readStatusConfig(file);
    const probes = components.flatMap((component) => component.probes);
    print(
      `OK: ${count(components.length, 'component')}, ${count(groups.length, 'group')}, ${count(probes.length, 'probe')}.`,
    );
    for (const { about, sentence } of remarks) say(`Warning: ${about}: ${sentence}`);
    for (const fate of sharedFates(components)) say(`Warning: ${sharedFateSentence(fate)}`);
  },
});

const fileArg = { type: 'positional', description: 'Another file than the settings name', required: false } as const;

/** Does something with whoever makes the plan for the file, and lets it go. */
async function withPlanner<Value>(file: string | undefined, use: (planner: Planner) => Promise<Value>): Promise<Value> {
  const { findPlanner } = await import('./planner.ts');
  const planner = await findPlanner(file === undefined ? undefined : resolve(file));
  try {
    return await use(planner);
  } finally {
    planner.close();
  }
}

const plan = command({
  meta: { name: 'plan', description: 'Tell what would change if status.yaml were applied; nothing is changed' },
  args: { file: fileArg, json: jsonArg },
  examples: ['intermission config plan', 'intermission config plan --json new.yaml'],
  async run({ args }) {
    await withPlanner(args.file, async (planner) => {
      const { plan } = await planner.plan();
      if (args.json) return printJson(plan);
      print(planText(plan, wantsColor()));
      say(`Compared with ${planner.basis}.`);
    });
  },
});

/** Applies the plan that was shown; where it does not hold any more, shows the one that does. */
async function applyShown(planner: Planner, id: string, file: string | undefined): Promise<ExitCode> {
  try {
    await planner.apply(id);
    say(file === undefined ? 'Applied.' : 'Applied, until the next start or SIGHUP reads the file that is set up.');
    return 0;
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'conflict')) throw error;
    say(`${error.message} Nothing was applied. The plan is now:`);
    print(planText((await planner.plan()).plan, wantsColor()));
    return 1;
  }
}

const apply = command({
  meta: {
    name: 'apply',
    description: 'Show what would change, and change it: in the running server, without a restart',
  },
  args: { file: fileArg, yes: { type: 'boolean', description: 'Do not ask', default: false } },
  examples: ['intermission config apply', 'intermission config apply --yes'],
  async run({ args }) {
    const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
    if (!args.yes && !isTerminal)
      throw new StartError('Nobody can be asked here, since this is not a terminal. Look at the plan, then add --yes.');
    return withPlanner(args.file, async (planner) => {
      const { id, plan } = await planner.plan();
      print(planText(plan, wantsColor()));
      if (plan.changes.length === 0) return 0;
      if (args.yes || (await agrees())) return applyShown(planner, id, args.file);
      say('Nothing was applied.');
      return 1;
    });
  },
});

async function agrees(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question('Apply this? [y/N] ')).trim());
  } finally {
    terminal.close();
  }
}

export const config = command({
  meta: { name: 'config', description: 'The settings' },
  subCommands: { check, plan, apply },
});
