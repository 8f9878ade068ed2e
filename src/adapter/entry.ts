import { createApp } from 'astro/app/entrypoint';
import { renderPage } from '../render.ts';
import { type StartOptions, startServer } from '../server.ts';

// Sets up Astro's manifest; pages are then rendered through src/render.ts.
createApp({ streaming: false });

/** The renderer of the built pages, for whoever has a snapshot and needs no server. */
export { renderPage };

/** Starts the built product; the command line calls this. */
export function start(options?: StartOptions): Promise<void> {
  return startServer(renderPage, options);
}
