import { type Logger, pino } from 'pino';

/** The log of the process: JSON lines on stderr, secrets left out. */
export function createLog(): Logger {
  const destination = pino.destination({ dest: 2, sync: true });
  // A terminal that was closed or a full disk takes no lines; whoever serves readers goes on without.
  destination.on('error', () => {});
  return pino(
    { base: null, redact: ['*.password', '*.token', '*.secretKey', '*.authorization', '*.cookie'] },
    destination,
  );
}
