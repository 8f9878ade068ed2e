CREATE TABLE `absence` (
	`from_at` integer PRIMARY KEY NOT NULL,
	`to_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `absence_end` ON `absence` (`to_at`);--> statement-breakpoint
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
ALTER TABLE `component` ADD `runs_on` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `probe` ADD `listens` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `probe` ADD `hearing` text;--> statement-breakpoint
ALTER TABLE `probe` ADD `token_version` integer DEFAULT 1 NOT NULL;