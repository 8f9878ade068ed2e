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
import { type Form, instantOf, listOf, textOf, wordsInput } from './deskForm.ts';
import { parseInput } from './input.ts';
import type { IdentityEnv } from './roles.ts';

/** The fields of new planned work. */
function planInput(form: Form) {
  return {
    ...wordsInput(form),
    title: textOf(form, 'title'),
    components: listOf(form, 'component'),
    from: instantOf(form, 'from'),
    to: instantOf(form, 'to'),
    startsByItself: textOf(form, 'startsByItself') !== '',
    endsByItself: textOf(form, 'endsByItself') !== '',
  };
}

/** The fields of an update; the status that is chosen already says nothing new. */
function updateInput(form: Form) {
  return { ...wordsInput(form), ...(textOf(form, 'status') === 'verifying' ? { status: 'verifying' } : {}) };
}

/** The fields of other times; the beginning is not asked for once it is past. */
function timesInput(form: Form) {
  const from = form['from'] === undefined ? {} : { from: instantOf(form, 'from') };
  return { ...wordsInput(form), ...from, to: instantOf(form, 'to') };
}

/** The fields of a beginning or a completion: without words, the usual ones are said. */
function stageInput(form: Form) {
  const { body, language, ...others } = wordsInput(form);
  return body.trim() === '' ? others : { ...others, body, ...(language === undefined ? {} : { language }) };
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
    deed(c, 'said', (form, actor) =>
      updateMaintenance(db, c.req.param('id'), parseInput(maintenanceUpdateSchema, updateInput(form)), actor, now()),
    ),
  );

  app.post('/:id/times', (c) =>
    deed(c, 'moved', (form, actor) =>
      rescheduleMaintenance(db, c.req.param('id'), parseInput(newTimesSchema, timesInput(form)), actor, now()),
    ),
  );

  app.post('/:id/beginning', (c) =>
    deed(c, 'begun', (form, actor) =>
      beginMaintenance(db, c.req.param('id'), parseInput(stageSchema, stageInput(form)), actor, now()),
    ),
  );

  app.post('/:id/completion', (c) =>
    deed(c, 'completed', (form, actor) =>
      completeMaintenance(db, c.req.param('id'), parseInput(stageSchema, stageInput(form)), actor, now()),
    ),
  );

  app.post('/:id/cancellation', (c) =>
    deed(c, 'cancelled', (form, actor) =>
      cancelMaintenance(db, c.req.param('id'), parseInput(cancellationSchema, wordsInput(form)), actor, now()),
    ),
  );
  return app;
}
