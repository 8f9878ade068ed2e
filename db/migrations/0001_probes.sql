CREATE TABLE `absence` (
	`from_at` integer PRIMARY KEY NOT NULL,
	`to_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `absence_end` ON `absence` (`to_at`);--> statement-breakpoint
CREATE TABLE `component_day` (
	`component_id` text NOT NULL,
	`day` integer NOT NULL,
	`operational_ms` integer NOT NULL,
	`degraded_ms` integer NOT NULL,
	`partial_outage_ms` integer NOT NULL,
	`major_outage_ms` integer NOT NULL,
	`maintenance_ms` integer NOT NULL,
	`unknown_ms` integer NOT NULL,
	PRIMARY KEY(`component_id`, `day`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `location` (
	`name` text PRIMARY KEY NOT NULL,
	`label` text NOT NULL,
	`position` integer NOT NULL,
	`seen_at` integer,
	`clock_off_ms` integer,
	`retired_at` integer
);
--> statement-breakpoint
CREATE TABLE `ping` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`probe_id` text NOT NULL,
	`at` integer NOT NULL,
	`signal` text NOT NULL,
	`exit_code` integer,
	`run_id` text,
	`body` blob,
	`is_cut` integer NOT NULL,
	`run_ms` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `ping_probe` ON `ping` (`probe_id`,`at`);--> statement-breakpoint
CREATE INDEX `ping_order` ON `ping` (`probe_id`,`id`);--> statement-breakpoint
CREATE TABLE `presence` (
	`id` integer PRIMARY KEY NOT NULL,
	`seen_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `rollup_day` (
	`probe_id` text NOT NULL,
	`day` integer NOT NULL,
	`ok` integer NOT NULL,
	`degraded` integer NOT NULL,
	`fail` integer NOT NULL,
	`unknown` integer NOT NULL,
	`latency_sum_ms` integer NOT NULL,
	`latency_min_ms` integer,
	`latency_max_ms` integer,
	`up_to10_ms` integer NOT NULL,
	`up_to25_ms` integer NOT NULL,
	`up_to50_ms` integer NOT NULL,
	`up_to100_ms` integer NOT NULL,
	`up_to250_ms` integer NOT NULL,
	`up_to500_ms` integer NOT NULL,
	`up_to1000_ms` integer NOT NULL,
	`up_to2500_ms` integer NOT NULL,
	`up_to5000_ms` integer NOT NULL,
	`up_to10000_ms` integer NOT NULL,
	`above10000_ms` integer NOT NULL,
	PRIMARY KEY(`probe_id`, `day`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `rollup_hour` (
	`probe_id` text NOT NULL,
	`hour` integer NOT NULL,
	`ok` integer NOT NULL,
	`degraded` integer NOT NULL,
	`fail` integer NOT NULL,
	`unknown` integer NOT NULL,
	`latency_sum_ms` integer NOT NULL,
	`latency_min_ms` integer,
	`latency_max_ms` integer,
	`up_to10_ms` integer NOT NULL,
	`up_to25_ms` integer NOT NULL,
	`up_to50_ms` integer NOT NULL,
	`up_to100_ms` integer NOT NULL,
	`up_to250_ms` integer NOT NULL,
	`up_to500_ms` integer NOT NULL,
	`up_to1000_ms` integer NOT NULL,
	`up_to2500_ms` integer NOT NULL,
	`up_to5000_ms` integer NOT NULL,
	`up_to10000_ms` integer NOT NULL,
	`above10000_ms` integer NOT NULL,
	PRIMARY KEY(`probe_id`, `hour`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `settings` (
	`seq` integer PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`applied_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sight` (
	`probe_id` text NOT NULL,
	`location` text NOT NULL,
	`revision` text NOT NULL,
	`standing` text NOT NULL,
	`standing_since_at` integer NOT NULL,
	`outcome` text,
	`at` integer,
	`latency_ms` integer,
	`reason` text,
	`silent_at` integer,
	PRIMARY KEY(`probe_id`, `location`),
	FOREIGN KEY (`probe_id`) REFERENCES `probe`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`location`) REFERENCES `location`(`name`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `sight_location` ON `sight` (`location`,`probe_id`);--> statement-breakpoint
CREATE INDEX `sight_silent` ON `sight` (`silent_at`) WHERE "sight"."silent_at" is not null;--> statement-breakpoint
DROP INDEX `result_probe`;--> statement-breakpoint
ALTER TABLE `result` ADD `location` text DEFAULT 'home' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `result_probe` ON `result` (`probe_id`,`at`,`location`);--> statement-breakpoint
ALTER TABLE `component` ADD `runs_on` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `component` ADD `flapping_since_at` integer;--> statement-breakpoint
ALTER TABLE `component` ADD `folded_to_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `event` ADD `quiet` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `event_word` ON `event` (`at`) WHERE "event"."update_id" is not null;--> statement-breakpoint
ALTER TABLE `incident` ADD `quiet_since_at` integer;--> statement-breakpoint
ALTER TABLE `incident` ADD `heard_status` text;--> statement-breakpoint
CREATE INDEX `incident_quiet` ON `incident` (`quiet_since_at`) WHERE "incident"."quiet_since_at" is not null;--> statement-breakpoint
ALTER TABLE `probe` ADD `locations` text;--> statement-breakpoint
ALTER TABLE `probe` ADD `quorum` integer;--> statement-breakpoint
ALTER TABLE `probe` ADD `listens` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `probe` ADD `hearing` text;--> statement-breakpoint
ALTER TABLE `probe` ADD `token_version` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `probe` ADD `hours_folded_to_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `probe` ADD `days_folded_to_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `probe_folded` ON `probe` (`hours_folded_to_at`);--> statement-breakpoint
ALTER TABLE `token` ADD `location` text;--> statement-breakpoint
CREATE INDEX `flip_at` ON `flip` (`component_id`,`at`);