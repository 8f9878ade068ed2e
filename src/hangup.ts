import type { Logger } from 'pino';
import { ConfigError, describeProblem } from '#config';
import { StartError } from '#core/error.ts';
import type { Settings } from './settings.ts';

function tell(log: Logger, error: unknown): void {
  if (error instanceof ConfigError) for (const problem of error.problems) log.error(problem, describeProblem(problem));
  else if (error instanceof StartError) log.error(error.message);
  else log.error({ err: error }, 'the settings could not be applied');
  log.error('status.yaml was not applied; the running configuration stays');
}

/** Reads the server's file again at each SIGHUP. A file that is not good is told whole, and changes nothing. */
export function reloadOnHangup(settings: Settings, log: Logger): void {
  process.on('SIGHUP', () => {
    settings.reload({ kind: 'console', name: 'SIGHUP' }).then(
      ({ changes, unchanged, warnings }) => {
        for (const { about, sentence } of warnings) log.warn({ about }, sentence);
        log.info({ changes: changes.length, unchanged }, 'status.yaml was applied');
      },
      (error: unknown) => tell(log, error),
    );
  });
}
