import { AsyncLocalStorage } from 'node:async_hooks';
import { writeFileSync } from 'node:fs';
import { Server } from 'node:http';
import { createClient } from '@libsql/client';

/**
 * Loaded into the product before anything else (`--import`): counts the statements that its database is asked, by the
 * address of the request that they are asked for. Written to the file that its own address names, at SIGUSR2.
 */
const out = new URL(import.meta.url).searchParams.get('out') ?? '';
const asked = new AsyncLocalStorage<string>();
const counts: Record<string, number> = {};

const prototype = Object.getPrototypeOf(createClient({ url: ':memory:' }));
for (const name of ['execute', 'batch', 'transaction', 'executeMultiple']) {
  const original = prototype[name];
  prototype[name] = function count(...parameters: unknown[]) {
    const address = asked.getStore();
    if (address !== undefined) counts[address] = (counts[address] ?? 0) + 1;
    return original.apply(this, parameters);
  };
}

const emit = Server.prototype.emit;
Server.prototype.emit = function emitCounted(event: string, ...parameters: unknown[]) {
  const [request] = parameters as [{ url?: string }];
  return event === 'request'
    ? asked.run(request.url ?? '', () => emit.call(this, event, ...parameters))
    : emit.call(this, event, ...parameters);
};

process.on('SIGUSR2', () => writeFileSync(out, JSON.stringify(counts)));
