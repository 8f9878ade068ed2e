/**
 * Runs on a page of somebody else: shows a frame of ours while there is something to say, and nothing otherwise. It
 * sets no cookie, keeps nothing, and needs of the page's policy only that it may ask us and frame us.
 */
function showWhileThereIsNews(): void {
  const pollMs = 60_000;
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement)) return;
  const home = new URL(script.src).origin;
  const frame = document.createElement('iframe');
  frame.src = `${home}/embed/frame`;
  frame.title = script.dataset['title'] ?? 'Service status';
  const side = script.dataset['side'] === 'left' ? 'left' : 'right';
  Object.assign(frame.style, {
    position: 'fixed',
    bottom: '16px',
    [side]: '16px',
    width: 'min(360px, calc(100vw - 32px))',
    height: '148px',
    border: '0',
    borderRadius: '4px',
    boxShadow: '0 2px 16px rgb(0 0 0 / 25%)',
    colorScheme: 'light dark',
    zIndex: '2147483647',
  });
  let isClosed = false;

  async function look(): Promise<void> {
    if (isClosed || document.hidden) return;
    try {
      const answer = await fetch(`${home}/api/v2/status.json`, { cache: 'no-cache', credentials: 'omit' });
      const { status } = (await answer.json()) as { status: { indicator: string } };
      if (status.indicator === 'none') frame.remove();
      else if (!frame.isConnected && !isClosed) document.body.append(frame);
    } catch {
      // Their page has its own work to do: without an answer everything stays as it is until the next look.
    }
  }
  addEventListener('message', ({ origin, source, data }) => {
    if (origin !== home || source !== frame.contentWindow || data !== 'intermission:close') return;
    isClosed = true;
    frame.remove();
  });
  addEventListener('visibilitychange', () => void look());
  setInterval(() => void look(), pollMs);
  void look();
}

/** The text of `/embed/script.js`. */
export const embedScript = `(${showWhileThereIsNews.toString()})();\n`;
