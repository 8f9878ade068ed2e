import { astro, FetchState } from 'astro/fetch';

/** Renders one Astro page with the given locals. Handed to whoever needs pages; nobody else knows Astro. */
export async function renderPage(path: string, locals: App.Locals): Promise<Response> {
  const state = new FetchState(new Request(new URL(path, 'http://intermission.invalid')));
  Object.assign(state.locals, locals);
  // Nobody reads while it is rendered, and in one piece it takes less time and memory.
  state.streaming = false;
  return astro(state);
}
