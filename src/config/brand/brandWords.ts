import { hash } from 'node:crypto';
import type { Brand, Picture } from '#core/brand.ts';

/** Few enough letters to read, and others whenever the content is. */
const mark = (content: string): string => hash('sha256', content).slice(0, 8);

function pictureWords({ src, width, height }: Picture): string {
  return `${width} x ${height} (${mark(src)})`;
}

function accentWords(accent: Brand['accent']): Brand['accent'] | string {
  return accent !== null && accent.light === accent.dark ? accent.light : accent;
}

/** A brand as it is kept and compared: in words that change whenever a file of it does, without what is in the files. */
export function brandWords({ accent, logo, favicon, links, css }: Brand): Record<string, unknown> {
  const dark = logo?.dark ? { dark: pictureWords(logo.dark) } : {};
  return {
    accent: accentWords(accent),
    logo: logo && { light: pictureWords(logo.light), ...dark },
    favicon: favicon && pictureWords(favicon),
    links,
    customCss: css === null ? null : `${css.length} characters (${mark(css)})`,
  };
}
