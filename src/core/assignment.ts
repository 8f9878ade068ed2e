import { z } from 'zod';
import { outcomes } from './verdict.ts';

// What the server and the agent of a location say to each other. Both parse what they hear by these schemas.

/** The header in which every answer to an agent says what time it is at the server, epoch milliseconds. */
export const serverTimeHeader = 'intermission-time';

/** Most results in one request. */
export const resultsLimit = 500;

/** A clock that is further off than this hands in nothing. */
export const clockBoundMs = 5 * 60_000;

/** A result from further ahead than this is not believed. */
export const futureBoundMs = 10_000;

/** Older results are not kept either. */
export const pastBoundMs = 7 * 86_400_000;

const instant = z.number().int().min(0).max(8_640_000_000_000_000).describe('epoch milliseconds');
const probeId = z.string().min(1).max(200);

/** A probe that a location is to look with. */
export const assignmentSchema = z.object({
  id: probeId,
  kind: z.string().max(60),
  config: z.unknown().describe('The settings of the kind, secrets included.'),
  intervalMs: z.number().int().min(1_000).max(86_400_000),
  timeoutMs: z.number().int().min(100).max(60_000),
});
export type Assignment = z.output<typeof assignmentSchema>;

/** Everything that a location is to look with. */
export const assignmentsSchema = z.object({
  location: z.string(),
  revision: z.string().min(1).max(100).describe('changes whenever the assignments do; also the ETag'),
  probes: z.array(assignmentSchema).max(10_000),
});
export type Assignments = z.output<typeof assignmentsSchema>;

/** What one look at another location showed. */
export const agentResultSchema = z.strictObject({
  probeId,
  at: instant.describe('when the look began, epoch milliseconds'),
  outcome: z.enum(outcomes),
  latencyMs: z.number().int().min(0).max(86_400_000).nullable(),
  reason: z.string().max(300).nullable(),
});
export type AgentResult = z.output<typeof agentResultSchema>;

/** Results handed in together. */
export const resultsSchema = z.strictObject({
  location: z.string().max(60),
  sentAt: instant.describe('now, by the clock that the results are dated by, epoch milliseconds'),
  results: z.array(agentResultSchema).min(1).max(resultsLimit),
});

/** The answer to results. Those that were stored before count as stored. */
export const receiptSchema = z.object({
  stored: z.number().int(),
  refused: z.array(z.object({ probeId: z.string(), at: z.number().int(), reason: z.string() })),
  revision: z.string().describe('of the assignments'),
});
export type Receipt = z.output<typeof receiptSchema>;
