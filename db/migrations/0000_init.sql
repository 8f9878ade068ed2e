CREATE TABLE `audit_entry` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text,
	`action` text NOT NULL,
	`subject_kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`detail` text
);
--> statement-breakpoint
CREATE TABLE `component` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`group` text,
	`position` integer NOT NULL,
	`state` text NOT NULL,
	`state_since_at` integer NOT NULL,
	`flip_seq` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`retired_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `component_slug_unique` ON `component` (`slug`);--> statement-breakpoint
CREATE TABLE `delivery` (
	`id` text PRIMARY KEY NOT NULL,
	`notice_id` text NOT NULL,
	`subscriber_id` text NOT NULL,
	`incident_id` text,
	`state` text NOT NULL,
	`batch_id` text,
	`phase` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`lease_until_at` integer,
	`provider_id` text,
	`error` text,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	FOREIGN KEY (`notice_id`) REFERENCES `notice`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscriber`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `delivery_once` ON `delivery` (`notice_id`,`subscriber_id`);--> statement-breakpoint
CREATE INDEX `delivery_due` ON `delivery` (`state`,`next_attempt_at`);--> statement-breakpoint
CREATE INDEX `delivery_confirmation` ON `delivery` (`next_attempt_at`) WHERE "delivery"."state" = 'pending' and "delivery"."incident_id" is null;--> statement-breakpoint
CREATE INDEX `delivery_order` ON `delivery` (`subscriber_id`,`incident_id`);--> statement-breakpoint
CREATE TABLE `dependency` (
	`from_id` text NOT NULL,
	`to_id` text NOT NULL,
	PRIMARY KEY(`from_id`, `to_id`),
	FOREIGN KEY (`from_id`) REFERENCES `component`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`to_id`) REFERENCES `component`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `event` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`type` text NOT NULL,
	`at` integer NOT NULL,
	`component_id` text,
	`incident_id` text,
	`update_id` text,
	`subscriber_id` text,
	`expanded_at` integer
);
--> statement-breakpoint
CREATE INDEX `event_unexpanded` ON `event` (`id`) WHERE "event"."expanded_at" is null;--> statement-breakpoint
CREATE TABLE `flip` (
	`component_id` text NOT NULL,
	`seq` integer NOT NULL,
	`from` text NOT NULL,
	`to` text NOT NULL,
	`at` integer NOT NULL,
	`decided_at` integer NOT NULL,
	`reason` text,
	`handled_at` integer,
	PRIMARY KEY(`component_id`, `seq`),
	FOREIGN KEY (`component_id`) REFERENCES `component`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `flip_unhandled` ON `flip` (`decided_at`) WHERE "flip"."handled_at" is null;--> statement-breakpoint
CREATE TABLE `incident_component` (
	`incident_id` text NOT NULL,
	`component_id` text NOT NULL,
	`role` text NOT NULL,
	`state` text NOT NULL,
	PRIMARY KEY(`incident_id`, `component_id`),
	FOREIGN KEY (`incident_id`) REFERENCES `incident`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`component_id`) REFERENCES `component`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `incident_component_component` ON `incident_component` (`component_id`);--> statement-breakpoint
CREATE TABLE `incident` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`status` text NOT NULL,
	`impact` text NOT NULL,
	`update_seq` integer NOT NULL,
	`automatic` integer NOT NULL,
	`origin_key` text,
	`started_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`monitoring_at` integer,
	`resolved_at` integer,
	`next_update_due_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `incident_originKey_unique` ON `incident` (`origin_key`);--> statement-breakpoint
CREATE INDEX `incident_started` ON `incident` (`started_at`);--> statement-breakpoint
CREATE INDEX `incident_open` ON `incident` (`status`) WHERE "incident"."resolved_at" is null;--> statement-breakpoint
CREATE TABLE `notice` (
	`id` text PRIMARY KEY NOT NULL,
	`event_id` integer NOT NULL,
	`incident_id` text,
	`subject` text NOT NULL,
	`html` text NOT NULL,
	`text` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`event_id`) REFERENCES `event`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `notice_eventId_unique` ON `notice` (`event_id`);--> statement-breakpoint
CREATE TABLE `probe` (
	`id` text PRIMARY KEY NOT NULL,
	`component_id` text NOT NULL,
	`kind` text NOT NULL,
	`config` text NOT NULL,
	`when_down` text NOT NULL,
	`interval_ms` integer NOT NULL,
	`timeout_ms` integer NOT NULL,
	`down_after` integer NOT NULL,
	`up_after` integer NOT NULL,
	`next_due_at` integer NOT NULL,
	`standing` text NOT NULL,
	`retired_at` integer,
	FOREIGN KEY (`component_id`) REFERENCES `component`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `probe_due` ON `probe` (`next_due_at`);--> statement-breakpoint
CREATE INDEX `probe_component` ON `probe` (`component_id`);--> statement-breakpoint
CREATE TABLE `result` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`probe_id` text NOT NULL,
	`at` integer NOT NULL,
	`outcome` text NOT NULL,
	`latency_ms` integer,
	`reason` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `result_probe` ON `result` (`probe_id`,`at`);--> statement-breakpoint
CREATE TABLE `session` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`staff_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`staff_id`) REFERENCES `staff`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `staff` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`password_hash` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `staff_name_unique` ON `staff` (`name`);--> statement-breakpoint
CREATE TABLE `subscriber` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`email_key` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`requested_at` integer NOT NULL,
	`requests` integer NOT NULL,
	`confirmed_at` integer,
	`unsubscribed_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `subscriber_emailKey_unique` ON `subscriber` (`email_key`);--> statement-breakpoint
CREATE TABLE `token` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`hash` text NOT NULL,
	`scope` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `token_hash_unique` ON `token` (`hash`);--> statement-breakpoint
CREATE TABLE `incident_update` (
	`id` text PRIMARY KEY NOT NULL,
	`incident_id` text NOT NULL,
	`seq` integer NOT NULL,
	`status` text NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL,
	`automatic` integer NOT NULL,
	FOREIGN KEY (`incident_id`) REFERENCES `incident`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `incident_update_seq` ON `incident_update` (`incident_id`,`seq`);