/** The stages of a maintenance, in Statuspage's words and one of our own: what is cancelled stays on record. */
export const maintenanceStatuses = ['scheduled', 'in_progress', 'verifying', 'completed', 'cancelled'] as const;
export type MaintenanceStatus = (typeof maintenanceStatuses)[number];
