import { defineConfig, passthroughImageService } from 'astro/config';
import { adapter } from './src/adapter/index.ts';

export default defineConfig({
  output: 'server',
  adapter: adapter(),
  image: { service: passthroughImageService() },
  markdown: { syntaxHighlight: false },
  build: { inlineStylesheets: 'always' },
  compressHTML: true,
  devToolbar: { enabled: false },
  security: { checkOrigin: false, csp: { directives: ["default-src 'none'", "img-src 'self' data:"] } },
});
