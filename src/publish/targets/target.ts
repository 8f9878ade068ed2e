import type { z } from 'zod';
import type { StaticSite } from '#publish/staticSite.ts';

/** What is wrong with a host, as one sentence for staff. Secrets in it are hidden by whoever shows it. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
}

/** What a host holds of ours, as far as we know: name to hash, '' where the content is in doubt. */
export type Held = Map<string, string>;

/** A further host that the site lives at. */
export type Target = {
  /**
   * Brings the host from what it holds to the site as it should be. When it resolves, all of it is there. Readers never
   * find a torn file, nor a link from the home page to what is not there yet.
   * @param held changed in place with every step, so that it is true after a failure as well; empty when nothing is
   * known, which makes it a full sync
   * @param signal ends the attempt
   * @throws TargetError with one sentence; whatever else is thrown is told as it is
   */
  sync(site: StaticSite, held: Held, signal: AbortSignal): Promise<void>;
};

/** Where a target works. */
export type Place = {
  /** A folder of its own, which may be gone at the next start. It exists only once the target makes it. */
  dir: string;
  /** Where programs are looked for, in the form of `PATH`. */
  searchPath: string;
  /** The longest that one call may take; a program that moves a whole site has more. */
  patienceMs: number;
};

/** How long a call to a host may take before it counts as dead. */
export const usualPatienceMs = 30_000;

/** A kind of host. `registry.ts` lists them all. */
export type TargetKind = {
  /** The word that users write after `kind:`. */
  readonly kind: string;
  /** The settings under it; the descriptions of its fields are the manual. */
  readonly schema: z.ZodObject;
  /** Those of its settings that must come from the environment. */
  readonly secrets: readonly string[];
  /** Those that name a file or a folder of this machine. */
  readonly files: readonly string[];
  /** How old what it shows may get while nothing changes, unless the settings say otherwise. */
  readonly refreshMs: number;
  /** @param settings as the schema gave them */
  open(settings: unknown, place: Place): Target;
};

type Definition<Schema extends z.ZodObject> = {
  kind: string;
  schema: Schema;
  secrets?: readonly (keyof z.output<Schema> & string)[];
  files?: readonly (keyof z.output<Schema> & string)[];
  refreshMs?: number;
  open(settings: z.output<Schema>, place: Place): Target;
};

/** Makes a kind. Its settings were parsed once; parsing them again gives them their type. */
export function targetKind<Schema extends z.ZodObject>(definition: Definition<Schema>): TargetKind {
  const { kind, schema, secrets = [], files = [], refreshMs = 30_000, open } = definition;
  return { kind, schema, secrets, files, refreshMs, open: (settings, place) => open(schema.parse(settings), place) };
}
