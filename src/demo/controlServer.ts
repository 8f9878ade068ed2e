import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Fault, faults, type Service } from './service.ts';

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

function isAllowed(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

const describe = ({ name, port, fault }: Service) => ({ name, port, fault: fault() });

async function handle(services: readonly Service[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://control.invalid');
  if (request.method === 'GET' && url.pathname === '/services') return answer(response, 200, services.map(describe));
  const name = /^\/services\/([a-z-]+)\/fault$/.exec(url.pathname)?.[1];
  const service = services.find((candidate) => candidate.name === name);
  if (service === undefined)
    return answer(response, 404, {
      detail: `There is no such service; there are ${services.map((s) => s.name).join(', ')}.`,
    });
  const how = faults.find((fault) => fault === (url.searchParams.get('how') ?? 'refuse'));
  if (request.method === 'PUT' && how !== undefined) await service.break(how satisfies Fault);
  else if (request.method === 'DELETE') await service.mend();
  else return answer(response, 422, { detail: `Expected how to be one of ${faults.join(', ')}.` });
  return answer(response, 200, describe(service));
}

/**
 * Listens on loopback for whoever can read `control.json`: `GET /services`, `PUT /services/:name/fault?how=refuse`,
 * `DELETE /services/:name/fault`.
 */
export async function startControl(dir: string, services: readonly Service[]): Promise<void> {
  const token = randomBytes(16).toString('hex');
  const server = createServer((request, response) => {
    if (!isAllowed(request, token)) return answer(response, 401, { detail: 'The token of control.json is missing.' });
    handle(services, request, response).catch((error: unknown) => {
      const detail = `That did not work: ${error instanceof Error ? error.message : String(error)}.`;
      answer(response, 500, { detail });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await writeFile(join(dir, 'control.json'), `${JSON.stringify({ pid: process.pid, url, token })}\n`, { mode: 0o600 });
}
