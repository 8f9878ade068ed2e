import { z } from 'zod';

/** A component and the places that it runs on: machines, racks, providers, accounts, by whatever name. */
export type Placed = {
  slug: string;
  name: string;
  runsOn: readonly string[];
  probes: readonly { name: string; kind: string; config: unknown; stated?: string | null }[];
};

/** One place whose loss takes a component and the copy of it. */
export type SharedFate = {
  /** Slug of the component that is protected. */
  component: string;
  name: string;
  /** Id of the probe that watches what protects it. */
  probeId: string;
  place: string;
};

/** The settings that say what a probe's copies protect and where they are. */
const protectionSchema = z.object({ protects: z.string(), where: z.array(z.string()) });

const sameName = (place: string) => place.trim().toLowerCase();

/**
 * Finds the components that share a place with what protects them.
 * Places are the same when their names are, whatever their case.
 * @param placed every component with its probes; `stated` is the place that the newest copy names itself
 */
export function sharedFates(placed: readonly Placed[]): SharedFate[] {
  return placed.flatMap(({ slug, probes }) =>
    probes.flatMap((probe) => {
      const protection = protectionSchema.safeParse(probe.config).data;
      const target = placed.find((each) => each.slug === protection?.protects);
      if (!protection || !target) return [];
      const where = new Set([...protection.where, ...(probe.stated ? [probe.stated] : [])].map(sameName));
      return target.runsOn
        .filter((place) => where.has(sameName(place)))
        .map((place) => ({ component: target.slug, name: target.name, probeId: `${slug}/${probe.name}`, place }));
    }),
  );
}

/** The warning, as one sentence. */
export function sharedFateSentence({ name, probeId, place }: SharedFate): string {
  return `${name} runs on ${place}, and its backup (${probeId}) is there too: one loss takes both.`;
}
