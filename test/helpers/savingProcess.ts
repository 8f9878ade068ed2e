import { makePage } from '#publish/bytes.ts';
import { loadSite, saveSite } from '#publish/site.ts';
import { contentOf, listeningLog } from './site.ts';

/** A process that saves one generation of a site after another until it is killed: `node savingProcess.ts DIR`. */
const site = await loadSite(process.argv[2] ?? '', listeningLog().log);
for (let generation = 1; ; generation++) {
  for (let number = 0; number < 20; number++)
    site.pages.set(`/pages/${number}`, await makePage(contentOf(), `generation ${generation} of page ${number}`));
  site.heartbeatAt = generation;
  await saveSite(site);
  process.stdout.write(`${generation}\n`);
}
