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

async function ask(resolver: Resolver, name: string, families: readonly Family[]): Promise<string[]> {
  const lookups = families.map((family) => (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name)));
  await Promise.any(lookups);
  const patience = sleep(stragglerMs, [], { ref: false });
  const settled = lookups.map((lookup) => Promise.race([lookup.catch(() => []), patience]));
  return alternate(await Promise.all(settled));
}

function missOf(code: string, name: string, families: readonly Family[], resolverWorks: boolean): Miss {
  if (code === 'ENOTFOUND' || code === 'EBADNAME') return new Miss('fail', `dns: there is no name ${name}`);
  if (code === 'ENODATA')
    return new Miss('fail', `dns: ${name} has no address of ${families.map((family) => `IPv${family}`).join(' or ')}`);
  if (!resolverWorks) return new Miss('unknown', `probe: the resolver of this machine does not work (${code})`);
  if (code === 'ESERVFAIL') return new Miss('fail', `dns: the name servers of ${name} failed`);
  if (code === 'ETIMEOUT') return new Miss('fail', `dns: the name servers of ${name} did not answer`);
  return new Miss('unknown', `probe: the resolver refused to look up ${name} (${code})`);
}

/**
 * Resolves a name with c-ares, which has no queue that one slow name could block and never reads `/etc/hosts`.
 * A name that cannot be resolved is the target's failure; a resolver that does not work is ours.
 * @param servers `address:port` of the resolvers to ask instead of the machine's own
 * @returns addresses of the wanted families, at least one, in the order to try them
 * @throws Miss
 */
export async function resolveName(
  fullName: string,
  families: readonly Family[],
  servers: readonly string[] | undefined,
  deadline: Deadline,
): Promise<string[]> {
  const name = fullName.replace(/\.$/, '');
  if (isLocalhost(name)) return families.map((family) => (family === 4 ? '127.0.0.1' : '::1'));
  // One resolver a look: it can be cancelled alone, and reads /etc/resolv.conf as it is now.
  const resolver = new Resolver({ timeout: 1_000, tries: 3 });
  if (servers) resolver.setServers(servers);
  let resolverWorks = false;
  const suspicion = setTimeout(
    () =>
      void knowsRoot(resolver).then((knows) => {
        resolverWorks = knows;
      }),
    Math.min(suspicionMs, deadline.leftMs() / 2),
  );
  const late = () => missOf('ETIMEOUT', name, families, resolverWorks);
  try {
    return await deadline.within(
      'dns',
      async () => {
        try {
          return await ask(resolver, name, families);
        } catch (error) {
          const codes = (error instanceof AggregateError ? error.errors : [error]).map(codeOf);
          const code = codes.find((each) => each !== 'ENODATA') ?? 'ENODATA';
          const doubtful = !['ENODATA', 'ENOTFOUND', 'EBADNAME'].includes(code);
          throw missOf(code, name, families, doubtful && (resolverWorks || (await knowsRoot(resolver))));
        }
      },
      { late },
    );
  } finally {
    clearTimeout(suspicion);
    resolver.cancel();
  }
}
