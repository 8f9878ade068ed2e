import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Product } from '../test/helpers/product.ts';

/** The token that the product leaves for the command line of its own account. */
export async function consoleTokenOf({ dataDir }: Pick<Product, 'dataDir'>): Promise<string> {
  return JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8')).token;
}

/** Does a deed over the API as the command line does; resolves when it is acknowledged. */
export async function post(product: Product, path: string, body: object): Promise<{ id: string }> {
  const response = await fetch(`${product.url}/api/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await consoleTokenOf(product)}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as { id: string };
}
