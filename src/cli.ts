#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { command } from './cli/command.ts';
import { runCli } from './cli/run.ts';
import { wantsColor } from './config/color.ts';

// What was compiled once is not compiled again at the next start.
enableCompileCache(join(import.meta.dirname, '../dist/compile-cache'));

/** Every command. Each is loaded when it is named; none loads the server before it has to. */
export const root = command({
  meta: { name: 'intermission', version: manifest.version, description: manifest.description },
  subCommands: {
    start: () => import('./cli/start.ts').then((module) => module.start),
    demo: () => import('./cli/demo.ts').then((module) => module.demo),
    config: () => import('./cli/config.ts').then((module) => module.config),
    incident: () => import('./cli/incident.ts').then((module) => module.incident),
    maintenance: () => import('./cli/maintenance.ts').then((module) => module.maintenance),
    component: () => import('./cli/component.ts').then((module) => module.component),
    probe: () => import('./cli/probe.ts').then((module) => module.probe),
    publish: () => import('./cli/publish.ts').then((module) => module.publish),
    token: () => import('./cli/token.ts').then((module) => module.token),
    staff: () => import('./cli/staff.ts').then((module) => module.staff),
    doctor: () => import('./cli/doctor.ts').then((module) => module.doctor),
  },
  examples: [
    'intermission start',
    'intermission demo break database',
    'intermission incident open --title "Payments fail" --body "We are looking into it." --component payments=major_outage',
  ],
});

process.exitCode = await runCli(root, process.argv.slice(2), wantsColor());
