import { hash } from 'node:crypto';
import { z } from 'zod';
import { translationsSchema } from './locale.ts';

/** A picture as it is shown: what was drawn in a file, made anew, with nothing else of the file. */
export const pictureSchema = z.object({
  src: z.string().regex(/^data:image\/(?:svg\+xml,|png;base64,)/),
  width: z.number().int().describe('CSS pixels'),
  height: z.number().int(),
});
export type Picture = z.infer<typeof pictureSchema>;

const schemesOf = <Value extends z.ZodType>(value: Value) => z.object({ light: value, dark: value });

/** A way from the page to somewhere else. */
const brandLinkSchema = z.object({
  label: z.string(),
  url: z.string().describe('https:, http: or mailto:'),
  translations: translationsSchema,
});

/** What makes a page its operator's own. */
export const brandSchema = z.object({
  accent: schemesOf(z.string())
    .nullable()
    .describe('CSS colour of the brand, as it is seen on light and on dark paper'),
  logo: z.object({ light: pictureSchema, dark: pictureSchema.nullable() }).nullable(),
  favicon: pictureSchema.nullable().describe('the state is drawn onto it'),
  links: z.array(brandLinkSchema),
  paper: schemesOf(z.string()).nullable().describe('colour that the style sheet gives to the page, `#rrggbb`'),
  css: z.string().nullable().describe('checked style sheet, safe inside of a style element'),
});
export type Brand = z.infer<typeof brandSchema>;

/** A page that looks as we made it. */
export const noBrand: Brand = { accent: null, logo: null, favicon: null, links: [], paper: null, css: null };

/**
 * What a page carries of its brand besides our own style.
 * @param ownStyle false leaves out the operator's style sheet
 * @returns null where there is nothing; the hash, in base64, is what lets it pass the page's policy (CSP level 3, 2.3.1)
 */
export function brandSheet({ accent, css }: Brand, ownStyle: boolean): { css: string; hash: string } | null {
  const rule = accent === null ? '' : `:root{--accent:light-dark(${accent.light},${accent.dark})}`;
  const sheet = rule + (ownStyle ? (css ?? '') : '');
  return sheet === '' ? null : { css: sheet, hash: hash('sha256', sheet, 'base64') };
}

/** A picture that is about square stands beside the name; a longer one has the name in it, and stands for it. */
export function isMark({ width, height }: Picture): boolean {
  return width < height * 1.5;
}
