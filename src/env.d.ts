/// <reference types="astro/client" />

type Snapshot = import('./core/snapshot.ts').Snapshot;
type SnapshotIncident = import('./core/snapshot.ts').SnapshotIncident;
type SnapshotMaintenance = import('./core/snapshot.ts').SnapshotMaintenance;
type SnapshotUpdate = import('./core/snapshot.ts').SnapshotUpdate;
type ComponentState = import('./core/status.ts').ComponentState;
type TargetReport = import('./core/target.ts').TargetReport;
type ProbeState = import('./core/verdict.ts').ProbeState;
type Outcome = import('./core/verdict.ts').Outcome;
type Locale = import('./core/locale.ts').Locale;
type Words = import('./i18n/words.ts').Words;

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
  /** The form it was typed into, by its address. */
  form: string;
  /** Every text and choice, by the name of its field. */
  typed: Readonly<Record<string, string>>;
  /** Slugs of the chosen components. */
  components: readonly string[];
};

/** An update that lacks the words of one language of the page. */
type Untranslated = {
  incident: SnapshotIncident;
  update: SnapshotUpdate;
  locale: Locale;
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
  /** Further hosts of the site. */
  targets: readonly (TargetReport & { isBehind: boolean })[];
  openIncidents: readonly SnapshotIncident[];
  /** What was said lately and is not in every language of the page, newest first. */
  untranslated: readonly Untranslated[];
  /** Planned or under way, in the order in which they happen. */
  maintenances: readonly SnapshotMaintenance[];
  /** Confirmed subscribers: how many people one update reaches. */
  subscriberCount: number;
  /** What is wrong with the way things are set up, a sentence each. */
  warnings: readonly string[];
  notice?: string | undefined;
  problem?: string | undefined;
  draft?: DeskDraft | undefined;
};

/** What a page is rendered with. */
type Asked = Omit<App.Locals, 'words' | 'link'> & {
  /** The first of the page's unless said. */
  locale?: Locale;
};

declare namespace App {
  interface Locals {
    snapshot: Snapshot;
    /** The words of the reader's language. */
    words: Words;
    /** A page's address in the reader's language, from the one without a language. */
    link: (path: string) => string;
    /** `/subscribe` sent back because of a problem. */
    form?: { email: string; problem: string };
    /** `/staff/sign-in` sent back because of a problem. */
    signIn?: { name: string; problem: string };
    desk?: Desk;
  }
}
