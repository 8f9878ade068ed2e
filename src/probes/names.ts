import { Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deadline } from './deadline.ts';
import { Miss } from './miss.ts';

export type Family = 4 | 6;

/** Once one family has answered, the other is waited for no longer than this (RFC 8305 section 3 waits 50 ms). */
const stragglerMs = 300;

/** Patience before asking whether the resolver itself is alive. */
const suspicionMs = 1_000;

/** RFC 6761 section 6.3: these names never leave the machine. */
function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'EUNKNOWN';
}

/** Whether the resolver can tell us anything at all: it knows the root, or at least says that it has no such data. */
function knowsRoot(resolver: Resolver): Promise<boolean> {
  return resolver.resolveNs('.').then(
    () => true,
    (error) => codeOf(error) === 'ENODATA' || codeOf(error) === 'ENOTFOUND',
  );
}

/** Takes turns between the families, IPv4 first, so that a second attempt tries another sort of way. */
function alternate(byFamily: readonly string[][]): string[] {
  const longest = Math.max(...byFamily.map((addresses) => addresses.length));
  return Array.from({ length: longest }, (_, i) => byFamily.flatMap((addresses) => addresses[i] ?? [])).flat();
}

/** Who is asked, and for how long. */
export type Asking = {
  /** `address:port` of the resolvers to ask instead of the machine's own. */
  servers: readonly string[] | undefined;
  deadline: Deadline;
  /** True when the resolver itself is what the look is about: its trouble is then a failure. */
  isTarget?: boolean;
};

/** The codes of an answer that says "no": there is no such name, or nothing of that sort at it. */
const noSuchName = ['ENOTFOUND', 'EBADNAME'];
const nothingThere = 'ENODATA';

/** A resolver's way of saying no. */
export class NameError extends Error {
  override readonly name = 'NameError';
  /** True when there is no such name at all, false when it has nothing of the sort that was asked for. */
  readonly isGone: boolean;

  constructor(isGone: boolean) {
    super(isGone ? 'no such name' : 'nothing of that sort');
    this.isGone = isGone;
  }
}

function targetMiss(code: string, name: string): Miss {
  if (code === 'ESERVFAIL') return new Miss('fail', `dns: the resolver could not look up ${name}`);
  if (code === 'EREFUSED') return new Miss('fail', `dns: the resolver refused to look up ${name}`);
  if (code === 'ETIMEOUT' || code === 'ECONNREFUSED') return new Miss('fail', 'dns: the resolver did not answer');
  return new Miss('fail', `dns: the answer of the resolver about ${name} makes no sense (${code})`);
}

function missOf(code: string, name: string, resolverWorks: boolean): Miss {
  if (!resolverWorks) return new Miss('unknown', `probe: the resolver of this machine does not work (${code})`);
  if (code === 'ESERVFAIL') return new Miss('fail', `dns: the name servers of ${name} failed`);
  if (code === 'ETIMEOUT') return new Miss('fail', `dns: the name servers of ${name} did not answer`);
  return new Miss('unknown', `probe: the resolver refused to look up ${name} (${code})`);
}

/** Of the errors of several questions, the one that says most. */
function codeOfAll(error: unknown): string {
  const codes = (error instanceof AggregateError ? error.errors : [error]).map(codeOf);
  return codes.find((each) => each !== nothingThere) ?? nothingThere;
}

/**
 * Asks with c-ares, which has no queue that one slow name could block and never reads `/etc/hosts`. While the answer
 * is slow in coming, the resolver is asked for the root: one that does not know even that is our trouble.
 * @throws NameError when the resolver says that there is nothing, Miss otherwise
 */
export async function withResolver<Value>(
  name: string,
  { servers, deadline, isTarget = false }: Asking,
  ask: (resolver: Resolver) => Promise<Value>,
): Promise<Value> {
  // One resolver a look: it can be cancelled alone, and reads /etc/resolv.conf as it is now.
  const resolver = new Resolver({ timeout: 1_000, tries: 3 });
  if (servers) resolver.setServers(servers);
  let resolverWorks = false;
  const suspect = async () => {
    resolverWorks = await knowsRoot(resolver);
  };
  const suspicion = isTarget
    ? undefined
    : setTimeout(() => void suspect(), Math.min(suspicionMs, deadline.leftMs() / 2));
  const late = () => (isTarget ? targetMiss('ETIMEOUT', name) : missOf('ETIMEOUT', name, resolverWorks));
  const answer = async () => {
    try {
      return await ask(resolver);
    } catch (error) {
      const code = codeOfAll(error);
      if (code === nothingThere || noSuchName.includes(code)) return new NameError(noSuchName.includes(code));
      if (isTarget) throw targetMiss(code, name);
      throw missOf(code, name, resolverWorks || (await knowsRoot(resolver)));
    }
  };
  try {
    const value = await deadline.within('dns', answer, { late });
    if (value instanceof NameError) throw value;
    return value;
  } finally {
    clearTimeout(suspicion);
    resolver.cancel();
  }
}

/** Asks for each family. The first answer does, and one that comes a little later; a patient asker awaits both. */
async function askFamilies(
  resolver: Resolver,
  name: string,
  families: readonly Family[],
  isPatient: boolean,
): Promise<string[]> {
  const lookups = families.map((family) => (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name)));
  await Promise.any(lookups);
  const patience = isPatient ? [] : [sleep(stragglerMs, [], { ref: false })];
  const settled = lookups.map((lookup) => Promise.race([lookup.catch(() => []), ...patience]));
  return alternate(await Promise.all(settled));
}

/**
 * The addresses of a name. A name that cannot be resolved is the target's failure; a resolver that does not work is ours.
 * @param families wanted, the one to try first at the front
 * @param options `isPatient` awaits every family, when none may be missed
 * @returns at least one, in the order to try them
 * @throws Miss
 */
export async function resolveName(
  fullName: string,
  families: readonly Family[],
  { isPatient = false, ...asking }: Asking & { isPatient?: boolean },
): Promise<string[]> {
  const name = fullName.replace(/\.$/, '');
  if (isLocalhost(name)) return families.map((family) => (family === 4 ? '127.0.0.1' : '::1'));
  try {
    return await withResolver(name, asking, (resolver) => askFamilies(resolver, name, families, isPatient));
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    const words = families.map((family) => `IPv${family}`).join(' or ');
    throw new Miss('fail', error.isGone ? `dns: there is no name ${name}` : `dns: ${name} has no address of ${words}`);
  }
}
