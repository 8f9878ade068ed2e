import { readPlaces, readStatusConfig } from '#config';
import { readAnnouncement } from './client.ts';
import { command } from './command.ts';
import { columns, jsonArg, print, printJson } from './output.ts';

type Finding = { part: string; ok: boolean; found: string };

function lookAtSettings(): Finding {
  try {
    const { hasStatus, statusPath } = readPlaces();
    if (!hasStatus) return { part: 'settings', ok: true, found: 'no status.yaml: a start shows the sample platform' };
    const { components } = readStatusConfig(statusPath);
    return { part: 'settings', ok: true, found: `${components.length} components` };
  } catch (error) {
    return { part: 'settings', ok: false, found: error instanceof Error ? error.message : String(error) };
  }
}

async function lookAtServer(dataDir: string): Promise<Finding> {
  const announcement = await readAnnouncement(dataDir);
  if (announcement === null) return { part: 'server', ok: false, found: `none runs on ${dataDir}` };
  const { url } = announcement;
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
  if (response === null) return { part: 'server', ok: false, found: `none answers at ${url}` };
  return {
    part: 'server',
    ok: response.ok,
    found: response.ok ? `ready at ${url}` : `not ready: ${await response.text()}`,
  };
}

export const doctor = command({
  meta: { name: 'doctor', description: 'Look whether everything is as it should be; exit code 1 when it is not' },
  args: { json: jsonArg },
  examples: ['intermission doctor', 'intermission doctor --json'],
  async run({ args }) {
    const findings = [lookAtSettings(), await lookAtServer(readPlaces().dataDir)];
    if (args.json) printJson(findings);
    else print(columns(findings.map(({ part, ok, found }) => [ok ? 'ok' : 'no', part, found])));
    return findings.every(({ ok }) => ok) ? 0 : 1;
  },
});
