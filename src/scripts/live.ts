/**
 * What a browser adds to a page that is whole without it: the reader's own time zone and language, the page's age, its
 * newest words without a reload, and the running countdown. It stands in every page, so that all of it stays under
 * 2,048 bytes.
 */
const beatMs = 30_000;
const staleMs = 180_000;
const minuteMs = 60_000;

const page = document;
const root = page.documentElement;
const one = (selector: string) => page.querySelector<HTMLElement>(selector);
const all = <Kind extends Element = HTMLElement>(selector: string) => page.querySelectorAll<Kind>(selector);
const ask = (address: string) => fetch(address, { cache: 'no-cache' });
/** As the server writes days and hours: its English is that of Europe, day first and to twenty-four. */
const tag = root.lang.replace('en', 'en-GB');
const { made, live } = one('main')?.dataset ?? {};

/** When everything here was last known to be true, by this machine's clock; 0 until an answer came, or none. */
let knownAt = 0;
let shown = live;

function localise(time: HTMLTimeElement): void {
  const at = new Date(time.dateTime);
  const today = new Date();
  const isToday = 'clock' in time.dataset && at.toDateString() === today.toDateString();
  time.title = time.dateTime;
  time.textContent = at.toLocaleString(tag, {
    year: at.getFullYear() === today.getFullYear() ? undefined : 'numeric',
    month: isToday ? undefined : 'short',
    day: isToday ? undefined : 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
}

function countDown(promise: HTMLElement, now: number): void {
  const { due, from } = promise.dataset;
  const left = Math.max(0, Number(due) - now);
  promise.classList.toggle('late', !left);
  promise.querySelector('.sweep')?.setAttribute('stroke-dasharray', `${left / (Number(due) - Number(from))} 2`);
  const number = promise.querySelector('text');
  if (number) number.textContent = String(Math.ceil(left / minuteMs));
}

function tick(): void {
  const now = Date.now();
  all<HTMLTimeElement>('time[datetime*=T]:not([title])').forEach(localise);
  for (const promise of all('[data-due]')) countDown(promise, now);
  if (!knownAt) return;
  const ms = now - knownAt;
  root.classList.toggle('stale', ms > staleMs);
  for (const age of all('[data-age]'))
    age.textContent = (age.dataset['age'] ?? '').replace('#', String(Math.trunc(ms / 1_000)));
}

/** Puts the newest page in the place of this one, except where the reader is busy with it. */
async function refresh(revision: string): Promise<void> {
  const answer = await ask(location.href);
  const focused = page.activeElement;
  if (focused?.matches('input') || getSelection()?.isCollapsed === false) return;
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const before = one('h1')?.textContent;
  const fresh = next.querySelectorAll('[data-live],title,[rel=icon]');
  all('[data-live],title,[rel=icon]').forEach((old, index) => void old.replaceWith(fresh[index] ?? old));
  one(`main [href="${focused?.getAttribute('href')}"]`)?.focus({ preventScroll: true });
  const after = one('h1')?.textContent ?? '';
  const news = one('[data-news]');
  if (news && after !== before) news.textContent = after;
  shown = revision;
}

async function listen(): Promise<void> {
  const answer = await ask('/heartbeat.json');
  const { at, revision } = await answer.json();
  // The clock of the one who answers tells the age: a reader's own may be wrong by hours.
  knownAt = Date.now() - Date.parse(answer.headers.get('date') ?? at) + Date.parse(at);
  if (shown && shown !== revision) await refresh(revision);
}

/** Out of reach of the server the age that is shown goes on growing, which is what the reader must know. */
function beat(): void {
  const failed = () => {
    knownAt ||= Number(made);
  };
  if (!page.hidden) void listen().catch(failed).then(tick);
}

// The reader's first language that is ours too stands out; where it is the page's own, there is nothing to offer.
navigator.languages.some((tag) => {
  const link = one(`[lang=${tag.slice(0, 2)}]`);
  link?.classList.add('offered');
  return link;
});

tick();
beat();
setInterval(tick, 1_000);
setInterval(beat, beatMs);
page.addEventListener('visibilitychange', beat);
