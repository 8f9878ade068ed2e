import type { Picture } from '#core/brand.ts';
import type { ComponentState } from '#core/status.ts';

/**
 * The shape of each state in a 16 x 16 field, so that no state is told by colour alone. `currentColor` paints them.
 * Trusted markup: nothing in here comes from outside.
 */
export const shapes: Record<ComponentState, string> = {
  operational: '<circle cx="8" cy="8" r="6"/>',
  degraded:
    '<circle cx="8" cy="8" r="5.2" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M8 2a6 6 0 0 0 0 12z"/>',
  partial_outage:
    '<path d="M2.8 2.8h10.4v10.4H2.8z" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M2 14V2h12z"/>',
  major_outage: '<path d="M2 2h12v12H2z"/>',
  maintenance:
    '<path d="M2.9 13.1 8.8 7.2" fill="none" stroke="currentColor" stroke-width="2.8" stroke-linecap="round"/><path d="M10.9 1.6a3.9 3.9 0 1 0 3.5 3.5l-2.4 1.7-2-.8-.8-2z"/>',
  unknown:
    '<circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="1.7" stroke-dasharray="2.6 1.72"/>',
};

/** Colours that hold on a light and on a dark browser tab, where no style sheet reaches. */
const tabColours: Record<ComponentState, string> = {
  operational: '#2a9d55',
  degraded: '#b8860b',
  partial_outage: '#d9662b',
  major_outage: '#d8352f',
  maintenance: '#3b82d6',
  unknown: '#808080',
};

/**
 * The mark of a state as a `data:` address, for the browser tab.
 * @param own the operator's picture, which the mark is then a badge on
 */
export function faviconOf(state: ComponentState, own: Picture | null = null): string {
  const colour = tabColours[state];
  const drawing = shapes[state].replaceAll('currentColor', colour);
  const mark = `<g fill="${colour}">${drawing}</g>`;
  const badge = `<image width="32" height="32" href="${own?.src}"/><circle cx="23" cy="23" r="9" fill="#fff"/><g transform="translate(15 15)">${mark}</g>`;
  const [field, content] = own ? [32, badge] : [16, mark];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${field} ${field}">${content}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
