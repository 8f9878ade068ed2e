import { makeCertificate } from './certificate.ts';
import { startControl } from './controlServer.ts';
import { startDatabase } from './database.ts';
import { startMail, startWeb } from './frontDoors.ts';
import type { Service } from './service.ts';

// A process of its own that stands for the platform we look at: it can be broken without hurting us.

// It lives as long as whoever started it, however that ends.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole process group; the server is to say goodbye before its target goes.
process.on('SIGINT', () => {});

async function startPlatform(dir: string): Promise<Service[]> {
  const certificate = await makeCertificate(dir);
  const database = await startDatabase();
  const others = await Promise.all([
    startWeb('submissions', 'Submissions are open.', database.port),
    startWeb('payments', 'Payments are taken.', database.port, certificate),
    startWeb('dashboard', 'Your entries are here.', database.port),
    startWeb('screening-room', 'The room is open.', database.port),
    startWeb('television', 'On air.', database.port),
    startMail(database.port),
  ]);
  return [...others, database];
}

const dir = process.argv[2] ?? '.';
const services = await startPlatform(dir);
await startControl(dir, services);
process.send?.({ ports: Object.fromEntries(services.map(({ name, port }) => [name, port])) });
