import { z } from 'zod';
import { type Conditions, headerCondition, patternsField } from './conditions.ts';
import type { Families } from './egress.ts';
import { patternField } from './pattern.ts';
import { statusField } from './statusRange.ts';

const headerMatch = z.strictObject({
  header: z.string().min(1).max(128).describe('Name of the header.'),
  regexp: patternField.describe('Regular expression for its value.'),
  allowMissing: z.boolean().default(false).describe('True when the header may be missing.'),
});
type HeaderMatch = z.output<typeof headerMatch>;
const headerMatches = z.array(headerMatch).max(20).optional();

/** The words that blackbox_exporter's HTTP prober has for settings that we call otherwise. */
export const blackboxFields = {
  validStatusCodes: statusField.optional().describe("blackbox_exporter's word for status."),
  failIfBodyMatchesRegexp: patternsField.optional().describe("blackbox_exporter's word for does_not_match."),
  failIfBodyNotMatchesRegexp: patternsField.optional().describe("blackbox_exporter's word for matches."),
  failIfHeaderMatches: headerMatches.describe("blackbox_exporter's word for expect_headers with does_not_match."),
  failIfHeaderNotMatches: headerMatches.describe("blackbox_exporter's word for expect_headers with matches."),
  noFollowRedirects: z.boolean().optional().describe("blackbox_exporter's old word for follow_redirects: false."),
  preferredIpProtocol: z
    .enum(['ip4', 'ip6'])
    .optional()
    .describe("blackbox_exporter's word for ip_first, and for ip where ip_protocol_fallback is false."),
  ipProtocolFallback: z
    .boolean()
    .optional()
    .describe('False when preferred_ip_protocol is the only one. Default: true.'),
};
type Blackbox = { [Name in keyof typeof blackboxFields]?: z.output<(typeof blackboxFields)[Name]> };

/** The settings that have another word as well. */
type Ours = Pick<Conditions, 'status' | 'matches' | 'doesNotMatch' | 'expectHeaders'> & {
  followRedirects?: boolean | undefined;
} & { ip?: Families['family']; ipFirst?: Families['firstFamily'] };

/** Which of our settings says the same as which word. */
const meanings = [
  ['validStatusCodes', 'status'],
  ['failIfBodyMatchesRegexp', 'doesNotMatch'],
  ['failIfBodyNotMatchesRegexp', 'matches'],
  ['failIfHeaderMatches', 'expectHeaders'],
  ['failIfHeaderNotMatches', 'expectHeaders'],
  ['noFollowRedirects', 'followRedirects'],
  ['preferredIpProtocol', 'ip'],
  ['preferredIpProtocol', 'ipFirst'],
] as const satisfies readonly [keyof Blackbox, keyof Ours][];

function headerConditions(matches: readonly HeaderMatch[], key: 'matches' | 'doesNotMatch') {
  return matches.map(({ header, regexp, allowMissing }) =>
    headerCondition.parse({ name: header, presence: allowMissing ? 'optional' : 'present', [key]: regexp }),
  );
}

function translated(words: Blackbox): Ours {
  const { failIfHeaderMatches = [], failIfHeaderNotMatches = [], preferredIpProtocol: protocol } = words;
  const headers = [
    ...headerConditions(failIfHeaderMatches, 'doesNotMatch'),
    ...headerConditions(failIfHeaderNotMatches, 'matches'),
  ];
  const ip = protocol && { ip4: 4 as const, ip6: 6 as const }[protocol];
  return {
    ...(words.validStatusCodes && { status: words.validStatusCodes }),
    ...(words.failIfBodyMatchesRegexp && { doesNotMatch: words.failIfBodyMatchesRegexp }),
    ...(words.failIfBodyNotMatchesRegexp && { matches: words.failIfBodyNotMatchesRegexp }),
    ...(headers.length > 0 && { expectHeaders: headers }),
    ...(words.noFollowRedirects !== undefined && { followRedirects: !words.noFollowRedirects }),
    ...(ip && (words.ipProtocolFallback === false ? { ip } : { ipFirst: ip })),
  };
}

/**
 * Says in our words what was said in blackbox_exporter's. A setting given in both is a mistake.
 * @returns the settings without any of its words
 */
export function inOurWords<Settings extends Ours & Blackbox>(
  settings: Settings,
  ctx: z.core.$RefinementCtx,
): Omit<Settings, keyof Blackbox> & Ours {
  for (const [word, ours] of meanings)
    if (settings[word] !== undefined && settings[ours] !== undefined)
      ctx.issues.push({
        code: 'custom',
        input: settings[word],
        path: [word],
        message: 'no second word for a setting that is already given',
      });
  const rest = { ...settings };
  for (const word of Object.keys(blackboxFields)) Reflect.deleteProperty(rest, word);
  return { ...rest, ...translated(settings) };
}
