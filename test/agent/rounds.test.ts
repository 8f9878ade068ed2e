import { expect, it, onTestFinished } from 'vitest';
import type { AgentResult, Assignment } from '#core/assignment.ts';
import { createEgress } from '#probes/egress.ts';
import { startRounds } from '../../src/agent/rounds.ts';
import { loopback } from '../helpers/finding.ts';
import { startHttpTarget } from '../helpers/target.ts';
import { waitUntil } from '../helpers/wait.ts';

function start(aheadMs = 0) {
  const results: AgentResult[] = [];
  const rounds = startRounds({
    location: 'lisbon',
    egress: createEgress({ allow: loopback }),
    now: () => Date.now() + aheadMs,
    onResult: (result) => void results.push(result),
  });
  onTestFinished(rounds.stop);
  return { ...rounds, results, idsSeen: () => new Set(results.map(({ probeId }) => probeId)) };
}

const well = () => startHttpTarget((_, response) => response.end());

const probe = (id: string, url: string, part: Partial<Assignment> = {}): Assignment => ({
  id,
  kind: 'http',
  config: { url },
  intervalMs: 100,
  timeoutMs: 90,
  ...part,
});

it('looks with everything that is assigned, at every interval, dated by the given clock', async () => {
  const url = await well();
  const { assign, results, idsSeen } = start(3_600_000);
  const startedAt = Date.now() + 3_600_000;
  assign([probe('a', url), probe('b', url)]);
  await waitUntil('both were looked at three times', () => results.length >= 6);
  expect(idsSeen()).toEqual(new Set(['a', 'b']));
  expect(new Set(results.map(({ probeId, at }) => `${probeId} ${at}`)).size).toBe(results.length);
  expect(results.every(({ at, outcome }) => at >= startedAt && outcome === 'ok')).toBe(true);
});

it('looks no more with what is no longer assigned', async () => {
  const url = await well();
  const { assign, results } = start();
  assign([probe('a', url)]);
  await waitUntil('a was looked at', () => results.length > 0);
  assign([probe('b', url)]);
  const before = results.length;
  await waitUntil('b was looked at three times', () => results.filter(({ probeId }) => probeId === 'b').length >= 3);
  // One look at a may have been on its way.
  expect(results.slice(before).filter(({ probeId }) => probeId === 'a').length).toBeLessThanOrEqual(1);
});

it('says unknown of a kind or of settings that it does not understand', async () => {
  const { assign, results, idsSeen } = start();
  assign([probe('a', 'no address'), probe('b', 'http://a.example', { kind: 'telepathy' })]);
  await waitUntil('both have a result', () => idsSeen().size === 2);
  expect(results.every(({ outcome }) => outcome === 'unknown')).toBe(true);
});
