import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/**
 * The outcome of a test run in one line, from vitest's JSON report. A file that did not even load counts as one
 * failure, and so does a run that left no report.
 */
export function tally(report: unknown): string {
  const { numPassedTests, numFailedTests, testResults } = reportSchema.parse(report);
  const unloaded = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return `${numPassedTests} passed, ${numFailedTests + unloaded.length} failed`;
}

if (import.meta.main) {
  const [, , path = ''] = process.argv;
  console.log(existsSync(path) ? tally(JSON.parse(readFileSync(path, 'utf8'))) : '0 passed, 1 failed');
}
