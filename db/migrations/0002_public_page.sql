CREATE TABLE `maintenance_component` (
	`maintenance_id` text NOT NULL,
	`component_id` text NOT NULL,
	PRIMARY KEY(`maintenance_id`, `component_id`),
	FOREIGN KEY (`maintenance_id`) REFERENCES `maintenance`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`component_id`) REFERENCES `component`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `maintenance_component_component` ON `maintenance_component` (`component_id`);--> statement-breakpoint
CREATE TABLE `maintenance_update` (
	`id` text PRIMARY KEY NOT NULL,
	`maintenance_id` text NOT NULL,
	`seq` integer NOT NULL,
	`status` text NOT NULL,
	`body` text NOT NULL,
	`language` text,
	`translations` text DEFAULT '{}' NOT NULL,
	`at` integer NOT NULL,
	`automatic` integer NOT NULL,
	FOREIGN KEY (`maintenance_id`) REFERENCES `maintenance`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `maintenance_update_seq` ON `maintenance_update` (`maintenance_id`,`seq`);--> statement-breakpoint
CREATE TABLE `maintenance` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`language` text,
	`translations` text DEFAULT '{}' NOT NULL,
	`status` text NOT NULL,
	`update_seq` integer NOT NULL,
	`sequence` integer DEFAULT 0 NOT NULL,
	`scheduled_from_at` integer NOT NULL,
	`scheduled_to_at` integer NOT NULL,
	`starts_by_itself` integer NOT NULL,
	`ends_by_itself` integer NOT NULL,
	`next_due_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`started_at` integer,
	`ended_at` integer
);
--> statement-breakpoint
CREATE INDEX `maintenance_from` ON `maintenance` (`scheduled_from_at`);--> statement-breakpoint
CREATE INDEX `maintenance_due` ON `maintenance` (`next_due_at`) WHERE "maintenance"."next_due_at" is not null;--> statement-breakpoint
ALTER TABLE `event` ADD `maintenance_id` text;--> statement-breakpoint
ALTER TABLE `incident` ADD `language` text;--> statement-breakpoint
ALTER TABLE `incident` ADD `translations` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `incident` ADD `workaround` text;--> statement-breakpoint
ALTER TABLE `incident` ADD `loss` text;--> statement-breakpoint
ALTER TABLE `incident_update` ADD `language` text;--> statement-breakpoint
ALTER TABLE `incident_update` ADD `translations` text DEFAULT '{}' NOT NULL;