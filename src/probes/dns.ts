import { isIP } from 'node:net';
import { z } from 'zod';
import { patternsField, quoted } from './conditions.ts';
import { startDeadline } from './deadline.ts';
import { degradedOverMsField, hostField } from './field.ts';
import { isFound } from './pattern.ts';
import { answered, defineKind } from './probe.ts';
import { canonicalRecord, recordTypes } from './records.ts';

const recordsField = z.union([
  z.array(z.string().max(1_024)).max(50),
  z
    .string()
    .max(1_024)
    .transform((one) => [one]),
]);

const schema = z.strictObject({
  host: hostField
    .refine((host) => isIP(host) === 0, 'a name, not an address')
    .describe('The name that records are asked for.'),
  type: z.enum(recordTypes).default('A').describe('Sort of the records: A, AAAA, CNAME, MX, TXT, NS, CAA, SRV or SOA.'),
  resolver: hostField
    .optional()
    .describe('Address or name of the resolver to ask, judged as well. Without it this machine asks its own.'),
  resolverPort: z.int().min(1).max(65_535).default(53).describe('Port of that resolver.'),
  equals: recordsField
    .optional()
    .describe(
      'The records, all of them and no other, in any order, written as in zone files: "10 mx.example.org". [] is none.',
    ),
  contains: recordsField.optional().describe('Records that must be among the answers: one, or a list.'),
  doesNotContain: recordsField.optional().describe('Records that must not be among the answers: one, or a list.'),
  matches: patternsField
    .optional()
    .describe('Regular expressions (RE2), each of which some record must match: one, or a list.'),
  degradedOverMs: degradedOverMsField,
});
type DnsConfig = z.output<typeof schema>;

function list(records: readonly string[]): string {
  return records.length === 0 ? 'none' : quoted(records.toSorted().join(', '));
}

/** Why the records are not the expected ones, or null. */
function problemOf(config: DnsConfig, answer: readonly string[] | null): string | null {
  const { host, type, equals, contains = [], doesNotContain = [], matches = [] } = config;
  const records = answer ?? [];
  const canonical = (texts: readonly string[]) => texts.map((text) => canonicalRecord(type, text));
  if (equals !== undefined) {
    const isSame = new Set(canonical(equals)).symmetricDifference(new Set(records)).size === 0;
    if (!isSame) return `dns: the ${type} records of ${host} are ${list(records)}, expected ${list(canonical(equals))}`;
  } else if (answer === null) return `dns: there is no name ${host}`;
  else if (records.length === 0) return `dns: ${host} has no ${type} record`;
  const missing = canonical(contains).find((record) => !records.includes(record));
  if (missing !== undefined) return `dns: ${quoted(missing)} is not among the ${type} records of ${host}`;
  const unwanted = canonical(doesNotContain).find((record) => records.includes(record));
  if (unwanted !== undefined) return `dns: ${quoted(unwanted)} is among the ${type} records of ${host}`;
  const unmatched = matches.find((pattern) => !records.some((record) => isFound(pattern, record)));
  return unmatched === undefined ? null : `dns: no ${type} record of ${host} matches ${quoted(unmatched)}`;
}

/** Asks for the records of a name and compares them. */
export const dns = defineKind('dns', schema, async (config, dial) => {
  const { host, type, resolver } = config;
  const deadline = startDeadline(dial);
  const startedAt = performance.now();
  const server = resolver === undefined ? undefined : { host: resolver, port: config.resolverPort };
  const records = await dial.egress.lookUp({ name: host.replace(/\.$/, ''), type }, server, deadline);
  const latencyMs = performance.now() - startedAt;
  const reason = problemOf(config, records);
  return reason === null ? answered(latencyMs, config.degradedOverMs) : { outcome: 'fail', latencyMs, reason };
});
