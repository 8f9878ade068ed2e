import { type Logger, pino } from 'pino';

/** The log of the process: JSON lines on stderr, secrets left out. */
export function createLog(): Logger {
  return pino(
    { base: null, redact: ['*.password', '*.token', '*.secretKey', '*.authorization', '*.cookie'] },
    pino.destination({ dest: 2, sync: true }),
  );
}
