import { z } from 'zod';

/** The JSON of Atlassian Statuspage's public API, version 2, with its own names: clients of it work here unchanged. */

const time = z.iso.datetime({ precision: 3 });
const componentStatus = z.enum([
  'operational',
  'degraded_performance',
  'partial_outage',
  'major_outage',
  'under_maintenance',
]);

export const pageSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  time_zone: z.string(),
  updated_at: time,
});

export const statusSchema = z.strictObject({
  indicator: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']),
  description: z.string(),
});

export const componentSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  status: componentStatus,
  created_at: time,
  updated_at: time,
  position: z.number().int().min(1),
  description: z.string().nullable(),
  showcase: z.boolean(),
  start_date: z.iso.date().nullable(),
  group_id: z.string().nullable(),
  page_id: z.string(),
  group: z.boolean(),
  only_show_if_degraded: z.boolean(),
  components: z.array(z.string()).optional().describe('ids of the children; only where `group` is true'),
});

const updateSchema = z.strictObject({
  id: z.string(),
  status: z.string(),
  body: z.string(),
  incident_id: z.string(),
  created_at: time,
  updated_at: time,
  display_at: time,
  affected_components: z
    .array(
      z.strictObject({ code: z.string(), name: z.string(), old_status: componentStatus, new_status: componentStatus }),
    )
    .nullable(),
  deliver_notifications: z.boolean(),
  custom_tweet: z.string().nullable(),
  tweet_id: z.string().nullable(),
});

export const incidentSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  status: z.enum(['investigating', 'identified', 'monitoring', 'resolved', 'postmortem']),
  created_at: time,
  updated_at: time,
  monitoring_at: time.nullable(),
  resolved_at: time.nullable(),
  impact: z.enum(['none', 'minor', 'major', 'critical']),
  shortlink: z.string(),
  started_at: time,
  page_id: z.string(),
  incident_updates: z.array(updateSchema),
  components: z.array(componentSchema),
});

const maintenanceSchema = incidentSchema.extend({
  status: z.enum(['scheduled', 'in_progress', 'verifying', 'completed']),
  impact: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']),
  scheduled_for: time,
  scheduled_until: time,
});

const page = pageSchema;
const components = z.array(componentSchema);
const incidents = z.array(incidentSchema);
const scheduled_maintenances = z.array(maintenanceSchema);
const maintenances = z.strictObject({ page, scheduled_maintenances });

/** What each file under `/api/v2/` holds. */
export const statuspageFiles = {
  'summary.json': z.strictObject({ page, components, incidents, scheduled_maintenances, status: statusSchema }),
  'status.json': z.strictObject({ page, status: statusSchema }),
  'components.json': z.strictObject({ page, components }),
  'incidents.json': z.strictObject({ page, incidents }),
  'incidents/unresolved.json': z.strictObject({ page, incidents }),
  'incidents/resolved.json': z.strictObject({ page, incidents }),
  'scheduled-maintenances.json': maintenances,
  'scheduled-maintenances/upcoming.json': maintenances,
  'scheduled-maintenances/active.json': maintenances,
} as const;

export type StatuspageFile = keyof typeof statuspageFiles;
export type StatuspageFiles = { [File in StatuspageFile]: z.infer<(typeof statuspageFiles)[File]> };
export type PageJson = z.infer<typeof pageSchema>;
export type StatusJson = z.infer<typeof statusSchema>;
export type ComponentJson = z.infer<typeof componentSchema>;
export type ComponentStatusJson = z.infer<typeof componentStatus>;
export type IncidentJson = z.infer<typeof incidentSchema>;
export type MaintenanceJson = z.infer<typeof maintenanceSchema>;
export type UpdateJson = z.infer<typeof updateSchema>;
