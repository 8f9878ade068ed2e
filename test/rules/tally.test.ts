import { describe, expect, it } from 'vitest';
import { tally } from '../../.ci/tally.ts';

const loaded = { status: 'passed', assertionResults: [{ status: 'passed' }] };

describe('the closing line of a run', () => {
  it('counts the tests', () => {
    expect(tally({ numPassedTests: 12, numFailedTests: 1, testResults: [loaded] })).toBe('12 passed, 1 failed');
  });

  it('counts a file that did not load as a failure', () => {
    const unloaded = { status: 'failed', assertionResults: [] };
    expect(tally({ numPassedTests: 12, numFailedTests: 0, testResults: [loaded, unloaded] })).toBe(
      '12 passed, 1 failed',
    );
  });
});
