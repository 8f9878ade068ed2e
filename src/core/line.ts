// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

/**
 * Staff text as one line where no element can hold it apart: in a title, an attribute, a picture. Half surrogate pairs,
 * control characters and overrides of the writing direction are left out, since what comes after them would be read
 * otherwise than it is written.
 */
export function plainLine(text: string): string {
  return text.toWellFormed().replace(unseen, '').replace(/\s+/g, ' ').trim();
}

const written = /\p{L}/u;
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** The direction that a text is written in: that of its first letter (Unicode UAX 9, rules P2 and P3). */
export function directionOf(text: string): 'ltr' | 'rtl' {
  const first = written.exec(text)?.[0] ?? '';
  return rightToLeft.test(first) ? 'rtl' : 'ltr';
}
