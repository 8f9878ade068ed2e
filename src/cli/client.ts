import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { readPlaces } from '#config';
import { DomainError, StartError } from '#core/error.ts';

const patienceMs = 15_000;

const announcementSchema = z.object({ pid: z.number(), url: z.string(), token: z.string() });
type Announcement = z.infer<typeof announcementSchema>;

/** RFC 9457, as much of it as is told. */
const problemSchema = z.object({
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).default([]),
});

function noServer(dataDir: string): StartError {
  const folder = relative('.', dataDir) || '.';
  return new StartError(
    `No server runs on the data folder ${folder.startsWith('..') ? dataDir : folder}. Start one with "npm start", or set DATA_DIR to the folder of the one that runs.`,
  );
}

/** What the server running on the data folder says of itself, or null. */
export async function readAnnouncement(dataDir: string): Promise<Announcement | null> {
  const text = await readFile(join(dataDir, 'server.json'), 'utf8').catch(() => null);
  const parsed = text === null ? null : announcementSchema.safeParse(JSON.parse(text));
  return parsed?.data ?? null;
}

function refusal(body: unknown, status: number): DomainError {
  const problem = problemSchema.safeParse(body).data;
  if (problem === undefined) return new DomainError('unavailable', `The server answered with status ${status}.`);
  // One sentence: the server's own, and the fields where it does not name them.
  const fields = problem.errors.filter(({ detail }) => !problem.detail.includes(detail));
  const list = fields.map(({ pointer, detail }) => `${pointer.replace(/^\//, '') || 'input'}: ${detail}`).join('; ');
  const sentence = list === '' ? problem.detail : `${problem.detail.replace(/\.$/, '')}: ${list}.`;
  return new DomainError(status === 409 ? 'conflict' : 'invalid', sentence);
}

/**
 * Asks the server that runs on the data folder.
 * @param path below `/api/v1`
 * @throws StartError when no server runs, DomainError with the server's sentence when it refuses
 */
export async function askServer<Schema extends z.ZodType>(
  schema: Schema,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<z.output<Schema>> {
  const { dataDir } = readPlaces();
  const announcement = await readAnnouncement(dataDir);
  if (announcement === null) throw noServer(dataDir);
  const response = await fetch(`${announcement.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${announcement.token}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(patienceMs),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'TimeoutError')
      throw new DomainError('unavailable', `The server did not answer within ${patienceMs / 1_000} s.`);
    throw noServer(dataDir);
  });
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw refusal(answer, response.status);
  return schema.parse(answer);
}
