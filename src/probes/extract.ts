import type { Answer } from './exchange.ts';
import type { Extraction } from './journeyStep.ts';
import { readJson, selectJson } from './jsonPath.ts';
import { Miss } from './miss.ts';
import { firstGroup } from './pattern.ts';

const valueLimit = 4_096;

function foundBy({ json, matches, header }: Extraction, { headers, body }: Answer): string | undefined {
  if (json !== undefined) {
    const [value] = selectJson(json, readJson(body));
    return typeof value === 'object' || value === undefined ? undefined : String(value);
  }
  const raw = header === undefined ? body.bytes.toString() : headers[header.toLowerCase()];
  const text = Array.isArray(raw) ? raw.join('\n') : raw;
  if (text === undefined || matches === undefined) return text;
  return firstGroup(matches, text) ?? undefined;
}

/**
 * Takes a value out of an answer.
 * @param name it is to have, for the reason
 * @throws Miss when there is none, or one too long to be of use
 */
export function extracted(name: string, extraction: Extraction, answer: Answer): string {
  const value = foundBy(extraction, answer);
  if (value === undefined || value === '') throw new Miss('fail', `journey: the answer has no {{${name}}}`);
  if (value.length > valueLimit) throw new Miss('fail', `journey: {{${name}}} is longer than ${valueLimit} characters`);
  return value;
}
