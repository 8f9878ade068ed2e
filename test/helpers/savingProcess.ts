import { makePage } from '#publish/bytes.ts';
import { openSite } from '#publish/site.ts';
import { contentOf, listeningLog } from './site.ts';

/** A process that saves one generation of a site after another until it is killed: `node savingProcess.ts DIR`. */
const site = await openSite({ dir: process.argv[2] ?? '', log: listeningLog().log });
await site.learn();
for (let generation = site.heartbeatAt + 1; ; generation++) {
  for (let number = 0; number < 20; number++) {
    const page = await makePage(contentOf(), `generation ${generation} of page ${number}`);
    site.put([{ address: `/pages/${number}`, key: String(generation), page }]);
  }
  site.beat({ at: generation, revision: generation });
  await site.save();
  process.stdout.write(`${generation}\n`);
}
