ALTER TABLE `component` ADD `flapping_since_at` integer;--> statement-breakpoint
ALTER TABLE `event` ADD `quiet` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `event_word` ON `event` (`at`) WHERE "event"."update_id" is not null;--> statement-breakpoint
ALTER TABLE `incident` ADD `quiet_since_at` integer;--> statement-breakpoint
ALTER TABLE `incident` ADD `heard_status` text;--> statement-breakpoint
CREATE INDEX `incident_quiet` ON `incident` (`quiet_since_at`) WHERE "incident"."quiet_since_at" is not null;