import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';

type Listener = { port: number; breakDown: () => Promise<void>; mend: () => Promise<void> };

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('not listening');
  return address.port;
}

/** A listener that can be taken away and put back on the same port. */
async function listener(make: () => Server): Promise<Listener> {
  let server = make().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  let sockets = new Set<Socket>();
  const follow = () => server.on('connection', (socket: Socket) => void sockets.add(socket));
  follow();
  return {
    port,
    async breakDown() {
      if (!server.listening) return;
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
    async mend() {
      if (server.listening) return;
      sockets = new Set();
      server = make().listen(port, '127.0.0.1');
      follow();
      await once(server, 'listening');
    },
  };
}

/** A database (TCP) and a submission service (HTTP) that answers 500 while the database is gone. */
export async function startFilmHouse() {
  const database = await listener(() => createServer((socket) => socket.on('error', () => {}).end('ready\n')));
  let databaseIsUp = true;
  const submissions = await listener(() =>
    createHttpServer((_, response) => {
      response.writeHead(databaseIsUp ? 200 : 500, { connection: 'close' });
      response.end(databaseIsUp ? 'Submissions are open' : 'database error');
    }),
  );
  return {
    /** What a `status.yaml` for it says; looks each second. */
    statusYaml: `page:
  name: Film Post
  about: Submissions for film festivals.
components:
  - slug: submissions
    name: Submissions
    group: For filmmakers
    depends_on: [database]
    probes:
      - { kind: http, interval: 1s, timeout: 800ms, url: "http://127.0.0.1:${submissions.port}/", contains: Submissions }
  - slug: database
    name: Main database
    group: Behind the scenes
    probes:
      - { kind: tcp, interval: 1s, timeout: 800ms, host: 127.0.0.1, port: ${database.port} }
groups: [For filmmakers, Behind the scenes]
policies: { down_after: 3, up_after: 2, next_update_minutes: 20 }
`,
    async breakDatabase() {
      databaseIsUp = false;
      await database.breakDown();
    },
    async mendDatabase() {
      databaseIsUp = true;
      await database.mend();
    },
    async stop() {
      await database.breakDown();
      await submissions.breakDown();
    },
  };
}
