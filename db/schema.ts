import { sql } from 'drizzle-orm';
import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Actor, EventType } from '#core/event.ts';
import type { Hearing, Signal } from '#core/hearing.ts';
import type { Impact, IncidentRole, IncidentStatus } from '#core/incident.ts';
import type { Locale, TranslatedText, Translations } from '#core/locale.ts';
import { homeLocation } from '#core/location.ts';
import type { Loss } from '#core/loss.ts';
import type { MaintenanceStatus } from '#core/maintenance.ts';
import type { ComponentState } from '#core/status.ts';
import type { Outcome, Standing } from '#core/verdict.ts';

// Every instant is a whole number of epoch milliseconds; every id is 12 lower-case letters and digits unless said.

/** What visitors see: one user-facing service each. A retired one keeps its history. */
export const components = sqliteTable('component', {
  id: text().primaryKey(),
  slug: text().notNull().unique(),
  name: text().notNull(),
  description: text(),
  group: text(),
  position: integer().notNull(),
  /** The places it runs on, as declared. */
  runsOn: text({ mode: 'json' }).$type<readonly string[]>().notNull().default([]),
  /** Cache of the newest flip. */
  state: text().$type<ComponentState>().notNull(),
  stateSinceAt: integer().notNull(),
  flipSeq: integer().notNull().default(0),
  /** Since when it goes up and down all the time; null while it does not. */
  flappingSinceAt: integer(),
  createdAt: integer().notNull(),
  updatedAt: integer().notNull(),
  retiredAt: integer(),
  /** Start of the first UTC day that is not folded into `component_day`. */
  foldedToAt: integer().notNull().default(0),
});

/**
 * What `status.yaml` said when it was last applied; its components have rows of their own. One row: the newest. Its
 * number rises with every change to settings or components, so that two writers cannot both take the next one.
 */
export const settings = sqliteTable('settings', {
  seq: integer().primaryKey(),
  value: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
  appliedAt: integer().notNull(),
});

/** One component stands on another. */
export const dependencies = sqliteTable(
  'dependency',
  {
    fromId: text()
      .notNull()
      .references(() => components.id),
    toId: text()
      .notNull()
      .references(() => components.id),
  },
  (table) => [primaryKey({ columns: [table.fromId, table.toId] })],
);

/** A place that probes look from. The server's own is called `home`. */
export const locations = sqliteTable('location', {
  name: text().primaryKey(),
  label: text().notNull(),
  position: integer().notNull(),
  /** When its agent last asked what to do; null for the server's own, and before the first time. */
  seenAt: integer(),
  /** How far the clock of its agent's machine was ahead of ours then. Its results are dated by ours. */
  clockOffMs: integer(),
  retiredAt: integer(),
});

/** How we look at a component, and when next. The id is `<component slug>/<probe name>`. */
export const probes = sqliteTable(
  'probe',
  {
    id: text().primaryKey(),
    componentId: text()
      .notNull()
      .references(() => components.id),
    kind: text().notNull(),
    /** The parsed settings of the kind. */
    config: text({ mode: 'json' }).$type<unknown>().notNull(),
    whenDown: text().$type<ComponentState>().notNull(),
    intervalMs: integer().notNull(),
    timeoutMs: integer().notNull(),
    downAfter: integer().notNull(),
    upAfter: integer().notNull(),
    nextDueAt: integer().notNull(),
    standing: text({ mode: 'json' }).$type<Standing>().notNull(),
    /** Names of the locations it looks from; null where the server alone does, and `sight` has no rows for it. */
    locations: text({ mode: 'json' }).$type<readonly string[]>(),
    /** How many locations must agree; null: the majority of those that have a word. */
    quorum: integer(),
    /** True when it waits for pings instead of looking. */
    listens: integer({ mode: 'boolean' }).notNull().default(false),
    /** What a listening probe remembers; null before the first judgement. */
    hearing: text({ mode: 'json' }).$type<Hearing>(),
    /** Counted up to give a listening probe another address and make the old one worthless. */
    tokenVersion: integer().notNull().default(1),
    retiredAt: integer(),
    /** Start of the first hour whose results are not folded into `rollup_hour`. */
    hoursFoldedToAt: integer().notNull().default(0),
    /** Start of the first UTC day whose hours are not folded into `rollup_day`. */
    daysFoldedToAt: integer().notNull().default(0),
  },
  (table) => [
    index('probe_due').on(table.nextDueAt),
    index('probe_component').on(table.componentId),
    index('probe_folded').on(table.hoursFoldedToAt),
  ],
);

/**
 * What one location sees with a probe that several look with, or another than the server: where it stands there, and
 * its last word. A row is also the order to look.
 */
export const sights = sqliteTable(
  'sight',
  {
    probeId: text()
      .notNull()
      .references(() => probes.id),
    location: text()
      .notNull()
      .references(() => locations.name),
    /** Changes with what the location has to know to look. */
    revision: text().notNull(),
    standing: text({ mode: 'json' }).$type<Standing>().notNull(),
    standingSinceAt: integer().notNull(),
    outcome: text().$type<Outcome>(),
    /** When the newest judged look began; null before the first. */
    at: integer(),
    latencyMs: integer(),
    reason: text(),
    /** When its silence makes it unknown; null while it is. */
    silentAt: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.probeId, table.location] }),
    index('sight_location').on(table.location, table.probeId),
    index('sight_silent').on(table.silentAt).where(sql`${table.silentAt} is not null`),
  ],
);

/** What a job said to a listening probe; of each probe the newest 100 are kept. Judged in the order of their ids. */
export const pings = sqliteTable(
  'ping',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    probeId: text().notNull(),
    /** Our clock at its arrival; two pings of a probe never share an instant. */
    at: integer().notNull(),
    signal: text().$type<Signal>().notNull(),
    exitCode: integer(),
    /** The run it belongs to: a UUID of the sender's. */
    runId: text(),
    /** The first 100 kB of what was sent, as it came. */
    body: blob({ mode: 'buffer' }),
    /** True when more was sent than is kept. */
    isCut: integer({ mode: 'boolean' }).notNull(),
    /** How long the run took that this ping ends: as the sender says, else since its start. */
    runMs: integer(),
  },
  (table) => [uniqueIndex('ping_probe').on(table.probeId, table.at), index('ping_order').on(table.probeId, table.id)],
);

/** One row: when this house was last there to take pings. */
export const presence = sqliteTable('presence', { id: integer().primaryKey(), seenAt: integer().notNull() });

/** A time in which nobody was there, and pings may have come to a closed door. */
export const absences = sqliteTable(
  'absence',
  { fromAt: integer().primaryKey(), toAt: integer().notNull() },
  (table) => [index('absence_end').on(table.toAt)],
);

/** One look: what was found. A location looks once at an instant, so that a result handed in twice is one. */
export const results = sqliteTable(
  'result',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    probeId: text().notNull(),
    /** Where it was looked from. */
    location: text().notNull().default(homeLocation),
    at: integer().notNull(),
    outcome: text().$type<Outcome>().notNull(),
    latencyMs: integer(),
    /** One short sentence: why it is not ok. */
    reason: text(),
  },
  (table) => [uniqueIndex('result_probe').on(table.probeId, table.at, table.location)],
);

/** What a rollup counts, over all locations. */
const rollupCounts = () => ({
  ok: integer().notNull(),
  degraded: integer().notNull(),
  fail: integer().notNull(),
  unknown: integer().notNull(),
  latencySumMs: integer().notNull(),
  /** Null when nothing was measured. */
  latencyMinMs: integer(),
  latencyMaxMs: integer(),
  // How many latencies lie in each bucket of core/latency.ts: up to this, and above the bucket before.
  upTo10Ms: integer().notNull(),
  upTo25Ms: integer().notNull(),
  upTo50Ms: integer().notNull(),
  upTo100Ms: integer().notNull(),
  upTo250Ms: integer().notNull(),
  upTo500Ms: integer().notNull(),
  upTo1000Ms: integer().notNull(),
  upTo2500Ms: integer().notNull(),
  upTo5000Ms: integer().notNull(),
  upTo10000Ms: integer().notNull(),
  above10000Ms: integer().notNull(),
});

/** A probe's results of one hour, counted once it is closed. The hour is counted from the epoch. Without rowid. */
export const rollupHours = sqliteTable(
  'rollup_hour',
  { probeId: text().notNull(), hour: integer().notNull(), ...rollupCounts() },
  (table) => [primaryKey({ columns: [table.probeId, table.hour] })],
);

/** A probe's hours of one UTC day, added up; kept for ever. The day is counted from the epoch. Without rowid. */
export const rollupDays = sqliteTable(
  'rollup_day',
  { probeId: text().notNull(), day: integer().notNull(), ...rollupCounts() },
  (table) => [primaryKey({ columns: [table.probeId, table.day] })],
);

/**
 * How long a component was in each state on one UTC day (counted from the epoch), added up from its flips once the day
 * is closed; kept for ever. Its worst state and failing time follow from these. Without rowid.
 */
export const componentDays = sqliteTable(
  'component_day',
  {
    componentId: text().notNull(),
    day: integer().notNull(),
    operationalMs: integer().notNull(),
    degradedMs: integer().notNull(),
    partialOutageMs: integer().notNull(),
    majorOutageMs: integer().notNull(),
    maintenanceMs: integer().notNull(),
    unknownMs: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.componentId, table.day] })],
);

/** A component's change of state: its history, and the queue of what may need an incident. */
export const flips = sqliteTable(
  'flip',
  {
    componentId: text()
      .notNull()
      .references(() => components.id),
    seq: integer().notNull(),
    from: text().$type<ComponentState>().notNull(),
    to: text().$type<ComponentState>().notNull(),
    /** Back-dated to the first result that showed it. */
    at: integer().notNull(),
    decidedAt: integer().notNull(),
    reason: text(),
    /** Null until the incident desk has looked at it. */
    handledAt: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.componentId, table.seq] }),
    index('flip_at').on(table.componentId, table.at),
    index('flip_unhandled').on(table.decidedAt).where(sql`${table.handledAt} is null`),
  ],
);

/** Something that visitors feel, from the first sign to the last word. */
export const incidents = sqliteTable(
  'incident',
  {
    id: text().primaryKey(),
    title: text().notNull(),
    /** Cache of the newest update's status. */
    status: text().$type<IncidentStatus>().notNull(),
    impact: text().$type<Impact>().notNull(),
    /** Number of the newest update; two writers cannot both take the next one. */
    updateSeq: integer().notNull(),
    /** Opened by the probes; they may extend it and close it while no person has taken part. */
    automatic: integer({ mode: 'boolean' }).notNull(),
    /** `<component id>/<flip seq>` of the flip that opened it: one flip opens one incident, whoever is first. */
    originKey: text().unique(),
    startedAt: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
    monitoringAt: integer(),
    resolvedAt: integer(),
    nextUpdateDueAt: integer(),
    /** Language that staff wrote the title in; null: the first of the page's. */
    language: text().$type<Locale>(),
    /** The title in other languages. */
    translations: text({ mode: 'json' }).$type<Translations>().notNull().default({}),
    /** What readers can do meanwhile, Markdown; null where nobody knows a way around. */
    workaround: text({ mode: 'json' }).$type<TranslatedText>(),
    /** What of the data is lost, or that nothing is; null while nobody has said. */
    loss: text({ mode: 'json' }).$type<Loss>(),
    /** Since when subscribers believe what is no longer so, because words were quiet; null while they know. */
    quietSinceAt: integer(),
    /** While they do not know: the status they last heard, null when they heard nothing of it. */
    heardStatus: text().$type<IncidentStatus>(),
  },
  (table) => [
    index('incident_quiet').on(table.quietSinceAt).where(sql`${table.quietSinceAt} is not null`),
    index('incident_started').on(table.startedAt),
    index('incident_open').on(table.status).where(sql`${table.resolvedAt} is null`),
  ],
);

/** Which components an incident names, and whether they are its cause or its victims. */
export const incidentComponents = sqliteTable(
  'incident_component',
  {
    incidentId: text()
      .notNull()
      .references(() => incidents.id),
    componentId: text()
      .notNull()
      .references(() => components.id),
    role: text().$type<IncidentRole>().notNull(),
    state: text().$type<ComponentState>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.incidentId, table.componentId] }),
    index('incident_component_component').on(table.componentId),
  ],
);

/** One public word about an incident. Never edited. */
export const updates = sqliteTable(
  'incident_update',
  {
    id: text().primaryKey(),
    incidentId: text()
      .notNull()
      .references(() => incidents.id),
    seq: integer().notNull(),
    status: text().$type<IncidentStatus>().notNull(),
    body: text().notNull(),
    /** Language of the body; null: the first of the page's. */
    language: text().$type<Locale>(),
    /** The body in other languages. One may be added later; none is changed. */
    translations: text({ mode: 'json' }).$type<Translations>().notNull().default({}),
    at: integer().notNull(),
    automatic: integer({ mode: 'boolean' }).notNull(),
  },
  (table) => [uniqueIndex('incident_update_seq').on(table.incidentId, table.seq)],
);

/** Work that is planned and announced. Its times are promises: each change of them raises `sequence`. */
export const maintenances = sqliteTable(
  'maintenance',
  {
    id: text().primaryKey(),
    title: text().notNull(),
    language: text().$type<Locale>(),
    translations: text({ mode: 'json' }).$type<Translations>().notNull().default({}),
    /** Cache of the newest update's status. */
    status: text().$type<MaintenanceStatus>().notNull(),
    /** Number of the newest update; two writers cannot both take the next one. */
    updateSeq: integer().notNull(),
    /** RFC 5545 section 3.8.7.4: raised when calendars must take a new version over. */
    sequence: integer().notNull().default(0),
    scheduledFromAt: integer().notNull(),
    scheduledToAt: integer().notNull(),
    /** It begins and ends by the clock, without a person. */
    startsByItself: integer({ mode: 'boolean' }).notNull(),
    endsByItself: integer({ mode: 'boolean' }).notNull(),
    /** When the clock has to do with it next; null where it has not. */
    nextDueAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
    startedAt: integer(),
    /** When it was completed or cancelled. */
    endedAt: integer(),
  },
  (table) => [
    index('maintenance_from').on(table.scheduledFromAt),
    index('maintenance_due').on(table.nextDueAt).where(sql`${table.nextDueAt} is not null`),
  ],
);

/** Which components a maintenance touches. */
export const maintenanceComponents = sqliteTable(
  'maintenance_component',
  {
    maintenanceId: text()
      .notNull()
      .references(() => maintenances.id),
    componentId: text()
      .notNull()
      .references(() => components.id),
  },
  (table) => [
    primaryKey({ columns: [table.maintenanceId, table.componentId] }),
    index('maintenance_component_component').on(table.componentId),
  ],
);

/** One public word about a maintenance; the first is its announcement. Never edited. */
export const maintenanceUpdates = sqliteTable(
  'maintenance_update',
  {
    id: text().primaryKey(),
    maintenanceId: text()
      .notNull()
      .references(() => maintenances.id),
    seq: integer().notNull(),
    status: text().$type<MaintenanceStatus>().notNull(),
    body: text().notNull(),
    language: text().$type<Locale>(),
    translations: text({ mode: 'json' }).$type<Translations>().notNull().default({}),
    at: integer().notNull(),
    automatic: integer({ mode: 'boolean' }).notNull(),
  },
  (table) => [uniqueIndex('maintenance_update_seq').on(table.maintenanceId, table.seq)],
);

/** What happened, in order: the publisher and the notifier follow this log. */
export const events = sqliteTable(
  'event',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    type: text().$type<EventType>().notNull(),
    at: integer().notNull(),
    componentId: text(),
    incidentId: text(),
    maintenanceId: text(),
    updateId: text(),
    subscriberId: text(),
    /** Public like any other, but no subscriber is told. */
    quiet: integer({ mode: 'boolean' }).notNull().default(false),
    /** Null until every delivery that follows from it has its row. */
    expandedAt: integer(),
  },
  (table) => [
    index('event_unexpanded').on(table.id).where(sql`${table.expandedAt} is null`),
    index('event_word').on(table.at).where(sql`${table.updateId} is not null`),
  ],
);

/** Someone who asked to be told. */
export const subscribers = sqliteTable('subscriber', {
  id: text().primaryKey(),
  /** As typed; mail goes here. */
  email: text().notNull(),
  /** Lower-cased: one person, one row. */
  emailKey: text().notNull().unique(),
  state: text().$type<'pending' | 'confirmed' | 'unsubscribed'>().notNull(),
  createdAt: integer().notNull(),
  /** When the last confirmation mail was asked for. */
  requestedAt: integer().notNull(),
  /** Confirmation mails asked for since the last confirmation. */
  requests: integer().notNull(),
  confirmedAt: integer(),
  unsubscribedAt: integer(),
});

/** The frozen words of one event, rendered once; deliveries only put the reader's own links in. */
export const notices = sqliteTable('notice', {
  id: text().primaryKey(),
  eventId: integer()
    .notNull()
    .unique()
    .references(() => events.id),
  /** The incident or maintenance that it tells of; null for what concerns one person. */
  matterId: text('incident_id'),
  subject: text().notNull(),
  html: text().notNull(),
  text: text().notNull(),
  createdAt: integer().notNull(),
});

/**
 * One notice to one subscriber: told once. `sending` holds a lease; `uncertain` means that the other side may
 * or may not have taken it, and that we will not risk saying it twice.
 */
export const deliveries = sqliteTable(
  'delivery',
  {
    id: text().primaryKey(),
    noticeId: text()
      .notNull()
      .references(() => notices.id),
    subscriberId: text()
      .notNull()
      .references(() => subscribers.id),
    /** That of its notice: what tells of one matter reaches each subscriber in order. */
    matterId: text('incident_id'),
    state: text().$type<'pending' | 'sending' | 'sent' | 'failed' | 'uncertain' | 'skipped'>().notNull(),
    /** The request it goes out with, once decided: the provider's idempotency key. */
    batchId: text(),
    /** How far the last attempt came, as far as we know. */
    phase: text().$type<'claimed' | 'handing_over'>(),
    attempts: integer().notNull().default(0),
    nextAttemptAt: integer().notNull(),
    leaseUntilAt: integer(),
    providerId: text(),
    error: text(),
    createdAt: integer().notNull(),
    finishedAt: integer(),
  },
  (table) => [
    uniqueIndex('delivery_once').on(table.noticeId, table.subscriberId),
    index('delivery_due').on(table.state, table.nextAttemptAt),
    index('delivery_confirmation')
      .on(table.nextAttemptAt)
      .where(sql`${table.state} = 'pending' and ${table.matterId} is null`),
    index('delivery_order').on(table.subscriberId, table.matterId),
  ],
);

/** People who may sign in to the desk. */
export const staff = sqliteTable('staff', {
  id: text().primaryKey(),
  name: text().notNull().unique(),
  /** argon2id, in PHC string form. */
  passwordHash: text().notNull(),
  createdAt: integer().notNull(),
});

/** A signed-in browser; the cookie's token is stored only as its SHA-256. */
export const sessions = sqliteTable('session', {
  tokenHash: text().primaryKey(),
  staffId: text()
    .notNull()
    .references(() => staff.id),
  createdAt: integer().notNull(),
  seenAt: integer().notNull(),
  expiresAt: integer().notNull(),
});

/** A key for programs; shown once, stored as its SHA-256. */
export const tokens = sqliteTable('token', {
  id: text().primaryKey(),
  name: text().notNull(),
  hash: text().notNull().unique(),
  scope: text().$type<'read' | 'write' | 'probe'>().notNull(),
  /** The one location that a key of scope `probe` speaks for. */
  location: text(),
  createdAt: integer().notNull(),
  lastUsedAt: integer(),
  revokedAt: integer(),
});

/** Who did what to which thing, written in the batch of the deed. No foreign keys: it outlives its subjects. */
export const audits = sqliteTable('audit_entry', {
  id: integer().primaryKey({ autoIncrement: true }),
  at: integer().notNull(),
  actorKind: text().$type<Actor['kind']>().notNull(),
  actorId: text(),
  action: text().notNull(),
  subjectKind: text().notNull(),
  subjectId: text().notNull(),
  detail: text({ mode: 'json' }).$type<Record<string, unknown>>(),
});
