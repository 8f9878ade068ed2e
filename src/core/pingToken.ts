import { createHmac } from 'node:crypto';

// A ping's address ends in `<component slug>.<probe name>.<base64url of an HMAC-SHA256>`: whoever reads a crontab sees
// which probe it feeds, and nothing secret is stored but the key.

/** Of the 32 bytes of the HMAC, as many as nobody will ever guess (192 bits). */
const macBytes = 24;

/**
 * The token that lets a job speak for a probe.
 * @param version counted up to make the tokens before it worthless
 */
export function pingToken(secretKey: string, probeId: string, version: number): string {
  const mac = createHmac('sha256', secretKey).update(`ping:${probeId}:${version}`).digest().subarray(0, macBytes);
  return `${probeId.replace('/', '.')}.${mac.toString('base64url')}`;
}

/** The id of the probe that this token claims to speak for; an empty string when it has not the form of one. */
export function claimedProbe(token: string): string {
  const [, component, probe] = /^([a-z0-9-]{1,60})\.([a-z0-9-]{1,60})\.[\w-]{1,64}$/.exec(token) ?? [];
  return component && probe ? `${component}/${probe}` : '';
}
