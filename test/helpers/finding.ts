import { createEgress } from '#probes/egress.ts';
import type { Finding } from '#probes/probe.ts';
import { findKind, parseProbe } from '#probes/registry.ts';

export const loopback = ['127.0.0.0/8', '::1'];

export type LookOptions = {
  allow?: readonly string[];
  resolvers?: readonly string[];
  timeoutMs?: number;
  signal?: AbortSignal;
};

/** What one look of the kind finds, with settings as a user wrote them. Loopback is allowed unless said otherwise. */
export function findingOf(
  kind: string,
  settings: Record<string, unknown>,
  options: LookOptions = {},
): Promise<Finding> {
  const { allow = loopback, resolvers, timeoutMs = 5_000, signal = new AbortController().signal } = options;
  const egress = createEgress({ allow, ...(resolvers ? { resolvers } : {}) });
  return findKind(kind).run(parseProbe(kind, settings), { egress, signal, timeoutMs });
}
