import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Unbundled, drizzle's many modules cost half a second a test file; bundled once they cost nothing.
    deps: {
      optimizer: {
        ssr: {
          enabled: true,
          include: ['drizzle-orm', 'drizzle-orm/libsql', 'drizzle-orm/libsql/migrator', 'drizzle-orm/sqlite-core'],
        },
      },
    },
  },
});
