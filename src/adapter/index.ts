import type { AstroIntegration } from 'astro';

export function adapter(): AstroIntegration {
  return {
    name: 'intermission',
    hooks: {
      'astro:config:setup': ({ command, updateConfig }) => {
        if (command === 'build')
          updateConfig({
            vite: { ssr: { noExternal: true, external: ['libsql', '@libsql/client'] } },
          });
      },
      'astro:config:done': ({ setAdapter }) => {
        setAdapter({
          name: 'intermission',
          entrypointResolution: 'auto',
          serverEntrypoint: new URL('./entry.ts', import.meta.url),
          adapterFeatures: { buildOutput: 'server', middlewareMode: 'classic' },
          supportedAstroFeatures: { serverOutput: 'stable' },
        });
      },
    },
  };
}
