import { createServer as createWebServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type Socket } from 'node:net';
import type { Certificate } from './certificate.ts';
import { askDatabase } from './database.ts';
import { type Fault, type Service, startService } from './service.ts';

const answerWith =
  (words: string, databasePort: number, fault: () => Fault | null): RequestListener =>
  async (_request, response) => {
    if (fault() === 'hang') return;
    const alive = fault() === null && (await askDatabase(databasePort));
    const [status, body] = alive
      ? [200, words]
      : [fault() === 'error' ? 500 : 503, fault() === 'error' ? 'Something broke.' : 'Our database does not answer.'];
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(`${body}\n`);
  };

/** A web service: says its words while the database answers. With a certificate it is reached over https. */
export function startWeb(
  name: string,
  words: string,
  databasePort: number,
  certificate?: Certificate,
): Promise<Service> {
  return startService(name, (fault) => {
    const answer = answerWith(words, databasePort, fault);
    return certificate
      ? createTlsServer({ key: certificate.key, cert: certificate.cert }, answer)
      : createWebServer(answer);
  });
}

async function greet(socket: Socket, databasePort: number, fault: Fault | null): Promise<void> {
  if (fault === 'hang') return;
  const alive = fault === null && (await askDatabase(databasePort));
  if (alive) socket.write('220 mail.reel.example ESMTP ready\r\n');
  else socket.end('421 mail.reel.example service not available\r\n');
}

/** The mail service: greets as SMTP servers do (RFC 5321 section 4.2) while the database answers. */
export function startMail(databasePort: number): Promise<Service> {
  return startService('mail', (fault) => createServer((socket) => void greet(socket, databasePort, fault())));
}
