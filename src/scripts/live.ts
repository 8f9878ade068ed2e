/**
 * What a browser adds to a page that is whole without it: the reader's own time zone and language, the page's age, its
 * newest words without a reload, the running countdown, and the story of each day in a strip. It stands in every page,
 * so that all of it stays under 2,048 bytes.
 */
const beatMs = 30_000;
const staleMs = 180_000;
const minuteMs = 60_000;
const dayMs = 86_400_000;

const page = document;
const root = page.documentElement;
/** The first one; asked with `?.` where a page may have none. */
const one = (selector: string) => page.querySelector(selector) as HTMLElement;
const all = <Kind extends Element = HTMLElement>(selector: string) => page.querySelectorAll<Kind>(selector);
const ask = (address: string) => fetch(address, { cache: 'no-cache' });
const heading = () => one('h1').textContent;
const renewed = '[data-live],title,[rel=icon]';
let { made, live: shown } = one('main').dataset;
const madeAt = +(made as string);
const madeAgoMs = Date.now() - madeAt;

/**
 * When everything here was last known to be true, by this machine's clock; 0 until an answer came, or none. A page that
 * was made just now needs no second request to say how old it is.
 */
let knownAt = madeAgoMs > 0 && madeAgoMs < minuteMs ? madeAt : 0;

/** In the form that the server chose: the time alone, or with its day, or with its year too. */
function localise(time: HTMLTimeElement): void {
  const day = 'clock' in time.dataset ? undefined : 'numeric';
  time.title = time.dateTime;
  time.textContent = new Date(time.title).toLocaleString(root.lang, {
    year: /\d{4}/.test(time.textContent as string) ? day : undefined,
    month: day && 'short',
    day,
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
}

/** Minutes are what the ring is divided into, too. */
function countDown(promise: HTMLElement, now: number): void {
  const minutes = Math.max(0, (+(promise.dataset['due'] as string) - now) / minuteMs);
  promise.classList.toggle('late', !minutes);
  (promise.querySelector('.sweep') as SVGElement).style.strokeDasharray = `${minutes} 99`;
  (promise.querySelector('text') as SVGTextElement).textContent = `${Math.ceil(minutes)}`;
}

function tick(): void {
  const now = Date.now();
  all<HTMLTimeElement>('time[datetime*=T]:not([title])').forEach(localise);
  for (const promise of all('[data-due]')) countDown(promise, now);
  if (!knownAt) return;
  const ms = now - knownAt;
  root.classList.toggle('stale', ms > staleMs);
  for (const age of all('[data-age]'))
    age.textContent = (age.dataset['age'] as string).replace('#', `${(ms / 1_000) | 0}`);
}

/**
 * Shows the day under the thumb of a strip: to the eye below it, and to the ear as the value of the range. A story
 * holds until the next one begins.
 */
function tellDay({ target }: Event): void {
  const range = target as HTMLInputElement;
  if (range.type !== 'range') return;
  const day = +range.value;
  let told: HTMLLIElement | undefined;
  for (const story of (range.nextElementSibling as Element).children as Iterable<HTMLLIElement>) {
    story.hidden = true;
    if (story.value <= day) told = story;
  }
  if (!told) return;
  told.hidden = false;
  told.title = Intl.DateTimeFormat(root.lang, { timeZone: 'UTC', dateStyle: 'medium' }).format(day * dayMs);
  range.ariaValueText = `${told.title}: ${told.textContent}`;
}

/** Puts the newest page in the place of this one, except where the reader is busy with it. */
async function refresh(revision: string): Promise<void> {
  const answer = await ask('');
  const focused = page.activeElement as Element;
  // A range that was only touched, on a strip of days, holds nothing that could be lost.
  if (focused.matches('input:focus-visible') || `${getSelection()}`) return;
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const before = heading();
  const fresh = next.querySelectorAll(renewed);
  all(renewed).forEach((old, index) => {
    old.replaceWith(fresh[index] ?? old);
  });
  one(`main [href="${focused.getAttribute('href')}"]`)?.focus({ preventScroll: true });
  if (heading() !== before) one('[data-news]').textContent = heading();
  shown = revision;
}

/**
 * Asks how old the words here are. Out of reach of the server the age that is shown goes on growing, which is what the
 * reader must know.
 */
async function beat(): Promise<void> {
  if (page.hidden) return;
  try {
    const answer = await ask('/heartbeat.json');
    const { at, revision } = await answer.json();
    // The clock of the one who answers tells the age: a reader's own may be wrong by hours (RFC 9110, 6.6.1: it is sent).
    knownAt = Date.now() - Date.parse(answer.headers.get('date') as string) + Date.parse(at);
    if (shown && shown !== revision) await refresh(revision);
  } catch {
    knownAt ||= madeAt;
  }
  tick();
}

// The reader's first language that is ours too stands out; where it is the page's own, there is nothing to offer.
one(navigator.languages.map((tag) => `[lang=${tag.slice(0, 2)}]`).find(one) ?? 'html').classList.add('offered');

if (!knownAt) void beat();
page.oninput = tellDay;
tick();
setInterval(tick, 1_000);
setInterval(() => void beat(), beatMs);
page.onvisibilitychange = beat;
