/**
 * What a browser adds to a page that is whole without it: the reader's own time zone, the page's age, its newest
 * words without a reload, and the running countdown.
 */
const pollMs = 30_000;
const staleMs = 180_000;
const minuteMs = 60_000;

const root = document.documentElement;
const stillness = matchMedia('(prefers-reduced-motion: reduce)');
const locale = navigator.languages.find((tag) => tag.startsWith(root.lang)) ?? root.lang;
const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' };
const full: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', ...clock };

/** How far this machine's clock is ahead of the server's, once an answer has told. */
let aheadMs = 0;
let polled = false;
const now = () => Date.now() - aheadMs;

function localise(): void {
  for (const time of document.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    if (time.title || !time.dateTime.includes('T')) continue;
    time.title = `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
    const sameDay = at.toDateString() === new Date().toDateString();
    const sameYear = at.getFullYear() === new Date().getFullYear();
    const form = 'clock' in time.dataset && sameDay ? clock : sameYear ? full : { ...full, year: 'numeric' as const };
    time.textContent = new Intl.DateTimeFormat(locale, form).format(at);
  }
}

function ago(ms: number): string {
  if (ms < minuteMs) return `${Math.max(0, Math.floor(ms / 1000))} s`;
  const minutes = Math.floor(ms / minuteMs);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

function showAge(): void {
  const stale = document.querySelector<HTMLElement>('[data-stale]');
  for (const age of document.querySelectorAll<HTMLElement>('[data-age]')) {
    const ms = now() - Number(age.dataset['age']);
    age.textContent = ` (${ago(ms)} ago)`;
    if (!stale || !polled) continue;
    const words = ms > staleMs ? (stale.dataset['stale'] ?? '').replace('#', ago(ms)) : '';
    if (stale.textContent !== words) stale.textContent = words;
  }
}

function count(): void {
  for (const promise of document.querySelectorAll<HTMLElement>('[data-due]')) {
    const left = Number(promise.dataset['due']) - now();
    const whole = Number(promise.dataset['due']) - Number(promise.dataset['from']);
    promise.classList.toggle('late', left < 0);
    const words = promise.querySelector<HTMLElement>('[data-late]');
    if (words && left < 0) words.textContent = words.dataset['late'] ?? '';
    const number = promise.querySelector('text');
    if (number) number.textContent = left < 0 ? '' : String(Math.ceil(left / minuteMs));
    // One turn a minute, as a leader does for each of its numbers; without motion, the share of the whole that is left.
    const turn = stillness.matches ? left / whole : (left % minuteMs) / minuteMs;
    promise.querySelector('.sweep')?.setAttribute('stroke-dasharray', `${Math.max(0, Math.min(1, turn))} 2`);
  }
}

/** True while a change of the page would disturb what the reader does. */
function busy(): boolean {
  const selection = getSelection();
  const fields = document.querySelectorAll<HTMLInputElement>('main input');
  return (
    document.activeElement?.closest('form') != null ||
    selection?.isCollapsed === false ||
    [...fields].some((field) => field.value !== field.defaultValue)
  );
}

function takeOver(next: Document): void {
  const before = document.querySelector('h1')?.textContent;
  const focused = document.activeElement?.closest('main a[href]')?.getAttribute('href');
  const fresh = next.querySelectorAll('[data-live]');
  document.querySelectorAll('[data-live]').forEach((old, index) => {
    const replacement = fresh[index];
    if (replacement) old.replaceWith(replacement);
  });
  document.title = next.title;
  const icon = next.querySelector('link[rel=icon]');
  if (icon) document.querySelector('link[rel=icon]')?.replaceWith(icon);
  if (focused)
    document.querySelector<HTMLElement>(`main a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  const after = document.querySelector('h1')?.textContent ?? '';
  const news = document.querySelector('[data-news]');
  if (news && after !== before) news.textContent = after;
}

async function poll(): Promise<void> {
  if (document.hidden || busy()) return;
  try {
    const answer = await fetch(location.href, { cache: 'no-cache', headers: { accept: 'text/html' } });
    const date = Date.parse(answer.headers.get('date') ?? '');
    if (date) aheadMs = Date.now() - date;
    if (answer.ok) {
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (!busy()) takeOver(next);
    }
  } catch {
    // The server is out of reach: the age that is shown goes on growing, which is what the reader must know.
  }
  polled = true;
  tick();
}

function tick(): void {
  localise();
  showAge();
  count();
}

tick();
setInterval(tick, 1000);
if (document.querySelector('main[data-live]')) {
  setInterval(() => void poll(), pollMs);
  document.addEventListener('visibilitychange', () => void poll());
  const made = Number(document.querySelector<HTMLElement>('[data-age]')?.dataset['age']);
  if (Date.now() - made > staleMs) void poll();
} else polled = true;
