import type { SecureContext } from 'node:tls';
import { z } from 'zod';
import { trustIn } from './authority.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import type { Egress } from './egress.ts';
import { certificateDaysField, expiryWarning } from './expiry.ts';
import { degradedOverMsField, familyFields, hostField, portField, tlsCaField } from './field.ts';
import { Miss, missFrom } from './miss.ts';
import { answered, defineKind, inPart } from './probe.ts';
import { endTls, startTls, validityOf } from './secure.ts';

/** A name with more addresses than these is looked at in so many places only. */
const addressLimit = 16;

const schema = z.strictObject({
  host: hostField,
  port: portField.default(443).describe('TCP port of the target. Default: 443.'),
  serverName: hostField
    .optional()
    .describe('The name that the certificate must be for, and that is asked for (SNI). Default: the host.'),
  ip: familyFields.ip,
  tlsCa: tlsCaField,
  certificateDays: certificateDaysField,
  degradedOverMs: degradedOverMsField,
});
type TlsConfig = z.output<typeof schema>;

type Look = { config: TlsConfig; egress: Egress; deadline: Deadline; secureContext: SecureContext | undefined };

/** What one address showed. */
type Sight = { latencyMs: number; warning: string | null };

async function lookAt(address: string, { config, egress, deadline, secureContext }: Look): Promise<Sight> {
  const { port, serverName, host, certificateDays } = config;
  const { socket, dialledAt } = await egress.connect({ host: address, port }, deadline);
  try {
    const stream = await deadline.within('tls', () => startTls(socket, { host: serverName ?? host, secureContext }));
    const latencyMs = performance.now() - dialledAt;
    const validity = validityOf(stream);
    if (!validity) throw new Miss('fail', 'tls: the target showed no certificate');
    await deadline.within('tls', () => endTls(stream));
    return { latencyMs, warning: expiryWarning(validity, Date.now(), certificateDays) };
  } finally {
    socket.destroy();
  }
}

/** What one address showed, or why it showed nothing. */
type Seen = { address: string; sight: Sight | Miss };

/**
 * The worst of several addresses: a failure, or else what could be seen, or else why nothing could. An address that
 * this machine cannot reach, such as one of IPv6 without a route, says nothing while others answer.
 */
function worst(all: readonly Seen[]): Sight {
  const misses = all.flatMap(({ address, sight }) => (sight instanceof Miss ? [{ address, miss: sight }] : []));
  const sights = all.flatMap(({ address, sight }) => (sight instanceof Miss ? [] : [{ address, ...sight }]));
  const worstMiss = misses.find(({ miss }) => miss.outcome === 'fail') ?? (sights.length === 0 ? misses[0] : undefined);
  if (worstMiss) throw new Miss(worstMiss.miss.outcome, inPart(`at ${worstMiss.address}`, worstMiss.miss.message));
  const warned = sights.find(({ warning }) => warning !== null);
  return {
    latencyMs: Math.max(...sights.map(({ latencyMs }) => latencyMs)),
    warning: warned?.warning ? inPart(`at ${warned.address}`, warned.warning) : null,
  };
}

/** Verifies chain, host name and dates of the certificate at every address that the name gives. */
export const tls = defineKind('tls', schema, async (config, dial) => {
  const { host, ip, tlsCa } = config;
  const secureContext = tlsCa === undefined ? undefined : await trustIn(tlsCa);
  const { egress } = dial;
  const deadline = startDeadline(dial);
  const addresses = (await egress.addresses({ host, family: ip }, deadline)).slice(0, addressLimit);
  const look = { config, egress, deadline, secureContext };
  const seen = addresses.map(async (address) => ({
    address,
    sight: await lookAt(address, look).catch((error: unknown) => missFrom(error, 'tls')),
  }));
  const { latencyMs, warning } = worst(await Promise.all(seen));
  return answered(latencyMs, config.degradedOverMs, warning);
});
