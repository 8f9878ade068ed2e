import { defineConfig } from 'vitest/config';

/** Tests of the running product; it is built before them when its source has changed. */
const product = ['test/{browser,cli,faults,flow}/**/*.test.ts'];

export default defineConfig({
  test: {
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
    projects: [
      { extends: true, test: { name: 'rooms', include: ['test/**/*.test.ts'], exclude: product } },
      { extends: true, test: { name: 'product', include: product, globalSetup: ['test/helpers/build.ts'] } },
    ],
  },
});
