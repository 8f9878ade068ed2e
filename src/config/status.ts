import type { Brand } from '#core/brand.ts';
import type { FlapThresholds } from '#core/flap.ts';
import type { ComponentTranslations, Locale } from '#core/locale.ts';
import type { Warning } from '#core/plan.ts';
import type { ComponentState } from '#core/status.ts';
import type { UptimeWeights } from '#core/uptime.ts';

/** A probe as declared: its `config` was parsed by the schema of its kind. */
export type ProbeConfig = {
  /** Unique within the component; the probe's id is `<component slug>/<name>`. */
  name: string;
  kind: string;
  config: unknown;
  intervalMs: number;
  timeoutMs: number;
  /** What visitors see while this probe is down. */
  whenDown: ComponentState;
  downAfter: number;
  upAfter: number;
  /** Names of the locations it looks from; null: from the server alone. */
  locations: string[] | null;
  /** How many locations must agree; null: the majority of those that have a word. */
  quorum: number | null;
  /** Set when it waits for pings instead of looking. */
  listens?: true;
};

/** A place that probes look from. */
export type LocationConfig = { name: string; label: string };

export type ComponentConfig = {
  slug: string;
  name: string;
  description: string | null;
  /** Name of the group it is listed under. */
  group: string | null;
  /** Slugs of the components it stands on. */
  dependsOn: string[];
  /** The places it runs on. */
  runsOn: string[];
  /** Its name and description in other languages. */
  translations: ComponentTranslations;
  probes: ProbeConfig[];
};

/** A further host that the site lives at: its settings were parsed by the schema of its kind. */
export type TargetConfig = {
  /** Unique; also the name of its folder in DATA_DIR. */
  name: string;
  kind: string;
  /** How old what it shows may get while nothing changes. */
  refreshMs: number;
  config: Record<string, unknown>;
  /** Those of its settings that are neither kept nor shown. */
  secrets: Record<string, string>;
};

/** What `status.yaml` says, complete: every default is filled in. */
export type StatusConfig = {
  page: {
    name: string;
    about: string | null;
    supportUrl: string | null;
    brand: Brand;
    /** IANA name. */
    timeZone: string;
    /** What it says of itself in other languages. */
    translations: Partial<Record<Locale, { about?: string }>>;
  };
  /** Names, in the order of the page. */
  groups: string[];
  /** Declared ones, and the server's own. */
  locations: LocationConfig[];
  /** In the order of the page. */
  components: ComponentConfig[];
  policies: {
    downAfter: number;
    upAfter: number;
    openIncidents: 'publish' | 'off';
    onRecovery: 'resolve' | 'monitor';
    nextUpdateMinutes: number | null;
    flapping: FlapThresholds;
    /** `host:port` of what is asked whether our own network works; none: nobody is asked. */
    anchors: string[];
    /** What each failing state costs in uptime. */
    uptime: UptimeWeights;
    /** How long each sort of record is kept; null is for ever. */
    retention: {
      resultsMs: number;
      hourlyRollupsMs: number;
      dailyRollupsMs: number | null;
      flipsMs: number | null;
    };
  };
  /** Where the site lives besides here. */
  publish: { targets: TargetConfig[] };
  /** What the settings of probes and targets took from the environment: no reason may say it. */
  secrets: readonly string[];
  /** Of the page, the first is the default. */
  locales: Locale[];
  /** What the file may say and its author should know. */
  remarks: readonly Warning[];
  /** Addresses of the fields whose text came out of a variable: nobody is shown those. */
  hidden: string[];
};
