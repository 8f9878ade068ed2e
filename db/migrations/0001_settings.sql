CREATE TABLE `settings` (
	`seq` integer PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`applied_at` integer NOT NULL
);
