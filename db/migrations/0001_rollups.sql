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
ALTER TABLE `component` ADD `folded_to_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `probe` ADD `hours_folded_to_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `probe` ADD `days_folded_to_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `probe_folded` ON `probe` (`hours_folded_to_at`);--> statement-breakpoint
CREATE INDEX `flip_at` ON `flip` (`component_id`,`at`);