import { Hono } from 'hono';
import {
  cancellationSchema,
  maintenanceUpdateSchema,
  newMaintenanceSchema,
  newTimesSchema,
  stageSchema,
} from '#core/maintenance.ts';
import type { Database } from '#db/client.ts';
import {
  beginMaintenance,
  cancelMaintenance,
  completeMaintenance,
  rescheduleMaintenance,
  scheduleMaintenance,
  updateMaintenance,
} from '#db/maintenances.ts';
import type { DoDeed } from './desk.ts';
import { type Form, instantOf, listOf, textOf } from './deskForm.ts';
import { parseInput } from './input.ts';
import type { IdentityEnv } from './roles.ts';

const isTicked = (form: Form, name: string) => textOf(form, name) !== '';
const bodyOf = (form: Form) => ({ body: textOf(form, 'body') });

/** The fields of a new maintenance. */
function planInput(form: Form) {
  return {
    ...bodyOf(form),
    title: textOf(form, 'title'),
    components: listOf(form, 'component'),
    from: instantOf(form, 'from'),
    to: instantOf(form, 'to'),
    startsByItself: isTicked(form, 'startsByItself'),
    endsByItself: isTicked(form, 'endsByItself'),
  };
}

/** The forms of planned work. */
export function maintenanceDeskRoutes({ db, now, deed }: { db: Database; now: () => number; deed: DoDeed }) {
  const app = new Hono<IdentityEnv>();

  app.post('/', (c) =>
    deed(c, 'planned', (form, actor) =>
      scheduleMaintenance(db, parseInput(newMaintenanceSchema, planInput(form)), actor, now()),
    ),
  );

  app.post('/:id/updates', (c) =>
    deed(c, 'said', (form, actor) => {
      const status = textOf(form, 'status') === 'verifying' ? { status: 'verifying' } : {};
      const input = parseInput(maintenanceUpdateSchema, { ...bodyOf(form), ...status });
      return updateMaintenance(db, c.req.param('id'), input, actor, now());
    }),
  );

  app.post('/:id/times', (c) =>
    deed(c, 'moved', (form, actor) => {
      // Of work that has begun, the form asks for the end alone.
      const from = textOf(form, 'from') === '' ? {} : { from: instantOf(form, 'from') };
      const input = parseInput(newTimesSchema, { ...bodyOf(form), ...from, to: instantOf(form, 'to') });
      return rescheduleMaintenance(db, c.req.param('id'), input, actor, now());
    }),
  );

  app.post('/:id/beginning', (c) =>
    deed(c, 'begun', (form, actor) =>
      beginMaintenance(db, c.req.param('id'), parseInput(stageSchema, bodyOf(form)), actor, now()),
    ),
  );

  app.post('/:id/completion', (c) =>
    deed(c, 'completed', (form, actor) =>
      completeMaintenance(db, c.req.param('id'), parseInput(stageSchema, bodyOf(form)), actor, now()),
    ),
  );

  app.post('/:id/cancellation', (c) =>
    deed(c, 'cancelled', (form, actor) =>
      cancelMaintenance(db, c.req.param('id'), parseInput(cancellationSchema, bodyOf(form)), actor, now()),
    ),
  );
  return app;
}
