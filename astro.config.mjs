import { defineConfig, passthroughImageService } from 'astro/config';
import { adapter } from './src/adapter/index.ts';

export default defineConfig({
  output: 'server',
  adapter: adapter(),
  server: { port: 4321 },
  image: { service: passthroughImageService() },
  markdown: { syntaxHighlight: false },
  // One request shows the page.
  build: { inlineStylesheets: 'always' },
  devToolbar: { enabled: false },
  security: {
    // Our own middleware asks where a form comes from.
    checkOrigin: false,
    csp: {
      directives: [
        "default-src 'none'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ],
    },
  },
});
