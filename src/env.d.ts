/// <reference types="astro/client" />

type Snapshot = import('./core/snapshot.ts').Snapshot;
type SnapshotIncident = import('./core/snapshot.ts').SnapshotIncident;
type ComponentState = import('./core/status.ts').ComponentState;
type ProbeState = import('./core/verdict.ts').ProbeState;
type Outcome = import('./core/verdict.ts').Outcome;

/** A component as staff see it. */
type DeskComponent = {
  id: string;
  slug: string;
  name: string;
  state: ComponentState;
  sinceAt: number;
  /** It goes up and down all the time. */
  isFlapping: boolean;
};

/** What one location sees with one probe. */
type DeskSight = {
  component: { slug: string; name: string };
  probeId: string;
  /** Label of the location. */
  label: string;
  standing: { state: ProbeState };
  standingSinceAt: number;
  outcome: Outcome | null;
  /** When its newest judged look began; null before the first. */
  at: number | null;
  latencyMs: number | null;
  reason: string | null;
};

/** What was typed and could not be accepted, given back so that nobody types it twice at three in the morning. */
type DeskDraft = {
  /** The incident it was meant for; absent for a new incident. */
  incidentId?: string | undefined;
  /** True when it was meant to resolve that incident. */
  resolution?: boolean | undefined;
  title?: string | undefined;
  status?: string | undefined;
  body?: string | undefined;
  /** State chosen for the components of a new incident. */
  state?: string | undefined;
  /** Slugs of the chosen components. */
  components?: readonly string[] | undefined;
  nextUpdateMinutes?: string | undefined;
};

/** Everything the desk shows. */
type Desk = {
  staffName: string;
  /** Since when our own network keeps the probes from looking; null while it works. */
  impairedSinceAt: number | null;
  /** Public pages that could not be made, and why; readers get their last good bytes. */
  unmadePages: readonly { path: string; reason: string }[];
  components: readonly DeskComponent[];
  /** Of probes that several locations look with; those of one probe stand together. */
  sights: readonly DeskSight[];
  openIncidents: readonly SnapshotIncident[];
  /** Confirmed subscribers: how many people one update reaches. */
  subscriberCount: number;
  /** What is wrong with the way things are set up, a sentence each. */
  warnings: readonly string[];
  notice?: string | undefined;
  problem?: string | undefined;
  draft?: DeskDraft | undefined;
};

declare namespace App {
  interface Locals {
    snapshot: Snapshot;
    /** `/subscribe` sent back because of a problem. */
    form?: { email: string; problem: string };
    /** `/staff/sign-in` sent back because of a problem. */
    signIn?: { name: string; problem: string };
    desk?: Desk;
  }
}
