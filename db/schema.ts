import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Actor, EventType } from '#core/event.ts';
import type { Impact, IncidentRole, IncidentStatus } from '#core/incident.ts';
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
  /** Cache of the newest flip. */
  state: text().$type<ComponentState>().notNull(),
  stateSinceAt: integer().notNull(),
  flipSeq: integer().notNull().default(0),
  createdAt: integer().notNull(),
  updatedAt: integer().notNull(),
  retiredAt: integer(),
  /** Start of the first UTC day that is not folded into `component_day`. */
  foldedToAt: integer().notNull().default(0),
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

/** One look: what was found. A probe looks once at an instant, so that a result handed in twice is one. */
export const results = sqliteTable(
  'result',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    probeId: text().notNull(),
    at: integer().notNull(),
    outcome: text().$type<Outcome>().notNull(),
    latencyMs: integer(),
    /** One short sentence: why it is not ok. */
    reason: text(),
  },
  (table) => [uniqueIndex('result_probe').on(table.probeId, table.at)],
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
  },
  (table) => [
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
    at: integer().notNull(),
    automatic: integer({ mode: 'boolean' }).notNull(),
  },
  (table) => [uniqueIndex('incident_update_seq').on(table.incidentId, table.seq)],
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
    updateId: text(),
    subscriberId: text(),
    /** Null until every delivery that follows from it has its row. */
    expandedAt: integer(),
  },
  (table) => [index('event_unexpanded').on(table.id).where(sql`${table.expandedAt} is null`)],
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
  incidentId: text(),
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
    incidentId: text(),
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
      .where(sql`${table.state} = 'pending' and ${table.incidentId} is null`),
    index('delivery_order').on(table.subscriberId, table.incidentId),
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
  scope: text().$type<'read' | 'write'>().notNull(),
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
