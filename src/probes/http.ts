import { z } from 'zod';
import { trustIn } from './authority.ts';
import { blackboxFields, inOurWords } from './blackbox.ts';
import { conditionFields, defaultStatus, problemOf } from './conditions.ts';
import { startDeadline } from './deadline.ts';
import { certificateDaysField, expiryWarning } from './expiry.ts';
import { degradedOverMsField, familyFields, tlsCaField } from './field.ts';
import { follow } from './follow.ts';
import { answered, defineKind } from './probe.ts';
import { isWebAddress, lowerCased, requestFields } from './request.ts';
import { isExpected } from './statusRange.ts';

const schema = z
  .strictObject({
    url: z
      .string()
      .refine(isWebAddress, 'an http or https address without user name and password')
      .describe('Address to ask: http or https.'),
    ...requestFields,
    ...conditionFields,
    degradedOverMs: degradedOverMsField,
    certificateDays: certificateDaysField,
    ...familyFields,
    tlsCa: tlsCaField,
    ...blackboxFields,
  })
  .transform(inOurWords);

/** Asks a web address and judges its status, its headers, its body, its certificate and its speed. */
export const http = defineKind('http', schema, async (config, dial) => {
  const secureContext = config.tlsCa === undefined ? undefined : await trustIn(config.tlsCa);
  const families = { family: config.ip, firstFamily: config.ipFirst };
  const { method, body, followRedirects = true, status = defaultStatus } = config;
  const arrival = await follow(
    { method, url: new URL(config.url), headers: lowerCased(config.headers), body },
    {
      wire: { egress: dial.egress, deadline: startDeadline(dial), families, secureContext },
      isFinal: (answer) => !followRedirects || isExpected(answer.status, status),
      secretHeaders: config.secretHeaders.map((name) => name.toLowerCase()),
    },
  );
  const { latencyMs, validity } = arrival;
  const reason = problemOf(config, arrival);
  if (reason !== null) return { outcome: 'fail', latencyMs, reason };
  const warning = validity && expiryWarning(validity, Date.now(), config.certificateDays);
  return answered(latencyMs, config.degradedOverMs, warning);
});
