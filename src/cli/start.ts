import { readDoorway } from '../config/doorway.ts';
import { closeEntrance, openEntrance } from '../entrance.ts';
import { createLog } from '../log.ts';
import { command } from './command.ts';

export const start = command({
  meta: { name: 'start', description: 'Start the server; without a status.yaml, on a sample platform' },
  examples: ['intermission start', 'PORT=8080 STATUS_CONFIG=/etc/intermission/status.yaml intermission start'],
  async run() {
    const doorway = readDoorway();
    const entrance = doorway && (await openEntrance(doorway, createLog()));
    try {
      // Only now comes what takes its time to load, while visitors are answered.
      const { serve } = await import('./serve.ts');
      await serve(entrance);
    } catch (error) {
      if (entrance) closeEntrance(entrance);
      throw error;
    }
  },
});
