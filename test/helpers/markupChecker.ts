import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { z } from 'zod';
import { missingProgram } from './debian.ts';

const jar: string = createRequire(import.meta.url)('vnu-jar');

const reportSchema = z.object({
  messages: z.array(
    z.object({
      type: z.string(),
      subType: z.string().optional(),
      url: z.string().optional(),
      lastLine: z.number().optional(),
      message: z.string(),
      extract: z.string().optional(),
    }),
  ),
});
export type Objection = z.infer<typeof reportSchema>['messages'][number];

/** Why the Nu HTML checker cannot run here; null when it can. It is written in Java. */
export const missingJava = (): Promise<string | null> => missingProgram('java', 'default-jre-headless');

/** What the Nu HTML checker says of files: HTML by their ending `.html`, SVG by `.svg`, CSS by `.css`. */
export function checkMarkup(paths: readonly string[]): Promise<Objection[]> {
  const args = ['-Xss8m', '-jar', jar, '--format', 'json', '--exit-zero-always', '--also-check-svg', ...paths];
  return new Promise((resolve, reject) => {
    execFile('java', args, { maxBuffer: 64 * 1024 * 1024 }, (error, _, stderr) => {
      if (error) return reject(error);
      resolve(reportSchema.parse(JSON.parse(stderr)).messages);
    });
  });
}
