import { z } from 'zod';
import { canonicalHost } from './egress.ts';

/** How the settings of every kind that dials name its target; of a journey, the first step does. */
const namingSchema = z.union([
  z.object({ url: z.string() }).transform(({ url }) => URL.parse(url)?.hostname.replace(/^\[|\]$/g, '') ?? null),
  z.object({ host: z.string() }).transform(({ host }) => canonicalHost(host)),
  z
    .object({ steps: z.array(z.object({ url: z.string() })).min(1) })
    .transform(({ steps }) => URL.parse(steps[0]?.url ?? '')?.hostname.replace(/^\[|\]$/g, '') ?? null),
]);

/** This machine can be reached without any network (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3, RFC 6761). */
const isThisMachine = (host: string): boolean =>
  /^127\.\d+\.\d+\.\d+$/.test(host) || host === '::1' || /(^|\.)localhost\.?$/.test(host);

/**
 * The host beyond this machine that a probe looks at; null when it looks at none.
 * @param config the settings of the probe, whatever its kind
 */
export function hostOf(config: unknown): string | null {
  const host = namingSchema.safeParse(config).data ?? null;
  return host === null || host === '' || isThisMachine(host) ? null : host.toLowerCase();
}
