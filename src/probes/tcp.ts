import type { Socket } from 'node:net';
import { z } from 'zod';
import { startDeadline } from './deadline.ts';
import { degradedOverMsField, familyFields, hostField, portField } from './field.ts';
import { Miss } from './miss.ts';
import { answered, defineKind } from './probe.ts';

/** How much of what the target says is searched for the expected text. */
const answerLimitBytes = 64 * 1024;

const schema = z.strictObject({
  host: hostField,
  port: portField,
  ...familyFields,
  send: z.string().max(4_096).optional().describe('Text sent once connected, as it stands.'),
  expect: z
    .string()
    .min(1)
    .max(1_024)
    .optional()
    .describe('Text that must come back within the first 64 kB. Without it, connecting is enough.'),
  degradedOverMs: degradedOverMsField,
});

/** Reads until the text has come. */
async function awaitText(socket: Socket, text: string, signal: AbortSignal): Promise<void> {
  signal.addEventListener('abort', () => socket.destroy(), { once: true });
  const expected = Buffer.from(text);
  let seen = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    seen = Buffer.concat([seen, chunk]);
    if (seen.includes(expected)) return;
    if (seen.length > answerLimitBytes) throw new Miss('fail', 'tcp: the expected text is not in the first 64 kB');
  }
  throw new Miss('fail', 'tcp: the connection ended before the expected text came');
}

/** Connects to a port, and may expect a word. */
export const tcp = defineKind('tcp', schema, async (config, dial) => {
  const deadline = startDeadline(dial);
  const target = { host: config.host, port: config.port, family: config.ip, firstFamily: config.ipFirst };
  const { socket, dialledAt } = await dial.egress.connect(target, deadline);
  try {
    if (config.send !== undefined) socket.write(config.send);
    const { expect } = config;
    if (expect !== undefined) await deadline.within('tcp', (signal) => awaitText(socket, expect, signal));
    return answered(performance.now() - dialledAt, config.degradedOverMs);
  } finally {
    socket.destroy();
  }
});
