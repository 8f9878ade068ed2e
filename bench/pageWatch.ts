import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

const unbrotli = promisify(brotliDecompress);
const agent = new Agent({ keepAlive: true });
/** How often a page is asked for. */
const pollMs = 2;

type Seen = { etag: string; body: Buffer | null };

function ask(url: string, etag: string): Promise<Seen> {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers: { 'accept-encoding': 'br', 'if-none-match': etag } }, (response) => {
      const chunks: Buffer[] = [];
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          const isNew = response.statusCode === 200;
          resolve({ etag: response.headers.etag ?? etag, body: isNew ? Buffer.concat(chunks) : null });
        })
        .on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}

/** True for a page with those words in it. */
export const pageSays = (words: string) => (page: string) => page.includes(words);

/** Polls a page as a browser does, by its tag, until it is as asked for. */
export async function waitForPage(url: string, isSo: (page: string) => boolean): Promise<void> {
  for (let etag = '"none"'; ; ) {
    const seen = await ask(url, etag);
    if (seen.body && isSo((await unbrotli(seen.body)).toString())) return;
    etag = seen.etag;
    await sleep(pollMs);
  }
}
