import type { en } from './en.ts';

type Widened<Part> = { readonly [Key in keyof Part]: Part[Key] extends string ? string : Widened<Part[Key]> };

/** A whole catalogue: the keys of the English one, each with words of its own. */
export type Messages = Widened<typeof en>;
