import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { demoDirectory } from '#config';
import { DomainError, StartError } from '#core/error.ts';
import type { Fault } from './service.ts';

const controlSchema = z.object({ url: z.string(), token: z.string() });
const serviceSchema = z.object({ name: z.string(), port: z.number(), fault: z.string().nullable() });
const problemSchema = z.object({ detail: z.string() });

/** One service of the sample platform; `fault` is null while it works. */
export type DemoService = z.infer<typeof serviceSchema>;

async function ask(dataDir: string, method: string, path: string): Promise<unknown> {
  const absent = 'No sample platform runs here. Start one with "intermission demo" in another terminal.';
  const file = await readFile(join(demoDirectory(dataDir), 'control.json'), 'utf8').catch(() => null);
  if (file === null) throw new StartError(absent);
  const { url, token } = controlSchema.parse(JSON.parse(file));
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}${path}`, { method, headers, signal: AbortSignal.timeout(5_000) }).catch(
    () => null,
  );
  if (response === null) throw new StartError(absent);
  const body: unknown = await response.json();
  if (!response.ok) throw new DomainError('invalid', problemSchema.parse(body).detail);
  return body;
}

const faultPath = (name: string): string => `/services/${encodeURIComponent(name)}/fault`;

/** Every service of the running sample platform. */
export async function listDemoServices(dataDir: string): Promise<DemoService[]> {
  return z.array(serviceSchema).parse(await ask(dataDir, 'GET', '/services'));
}

/**
 * Breaks one service.
 * @throws StartError when no sample platform runs, DomainError when it has no such service
 */
export async function breakDemoService(dataDir: string, name: string, how: Fault): Promise<DemoService> {
  return serviceSchema.parse(await ask(dataDir, 'PUT', `${faultPath(name)}?how=${how}`));
}

/** Mends one service; errors as with {@link breakDemoService}. */
export async function mendDemoService(dataDir: string, name: string): Promise<DemoService> {
  return serviceSchema.parse(await ask(dataDir, 'DELETE', faultPath(name)));
}
