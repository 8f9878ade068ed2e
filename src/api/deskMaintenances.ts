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
import type { DeskContext, DoDeed } from './desk.ts';
import { type Form, listOf, textOf } from './deskForm.ts';
import { parseInput } from './input.ts';
import { actorOf, type IdentityEnv } from './roles.ts';

/** A `datetime-local` field knows no zone; ours says that it is UTC. */
function instantOf(form: Form, name: string): string {
  const typed = textOf(form, name);
  return typed === '' ? '' : `${typed}Z`;
}

/** Everything that was typed, to be given back with a refusal. */
function planOf(form: Form, maintenanceId?: string, deed?: string) {
  return {
    maintenanceId,
    deed,
    title: textOf(form, 'title'),
    body: textOf(form, 'body'),
    status: textOf(form, 'status'),
    from: textOf(form, 'from'),
    to: textOf(form, 'to'),
    components: listOf(form, 'component'),
    startsByItself: textOf(form, 'startsByItself') !== '',
    endsByItself: textOf(form, 'endsByItself') !== '',
  };
}

/** The forms of planned work. */
export function maintenanceDeskRoutes({ db, now, deed }: { db: Database; now: () => number; deed: DoDeed }) {
  const app = new Hono<IdentityEnv>();

  /** A form about one maintenance, whose fields become the input of a verb. */
  async function say(
    c: DeskContext,
    id: string,
    noun: string,
    done: string,
    act: (form: Form, actor: ReturnType<typeof actorOf>) => Promise<unknown>,
  ): Promise<Response> {
    const form = await c.req.parseBody();
    return deed(c, done, { plan: planOf(form, id, noun) }, () => act(form, actorOf(c.get('identity'))));
  }

  app.post('/', async (c) => {
    const form = await c.req.parseBody({ all: true });
    const plan = planOf(form);
    return deed(c, 'planned', { plan }, () => {
      const { title, body, components, startsByItself, endsByItself } = plan;
      const times = { from: instantOf(form, 'from'), to: instantOf(form, 'to') };
      const input = parseInput(newMaintenanceSchema, {
        title,
        body,
        components,
        startsByItself,
        endsByItself,
        ...times,
      });
      return scheduleMaintenance(db, input, actorOf(c.get('identity')), now());
    });
  });

  app.post('/:id/updates', (c) => {
    const id = c.req.param('id');
    return say(c, id, 'updates', 'said', (form, actor) => {
      const isVerifying = textOf(form, 'status') === 'verifying';
      const input = { body: textOf(form, 'body'), ...(isVerifying ? { status: 'verifying' } : {}) };
      return updateMaintenance(db, id, parseInput(maintenanceUpdateSchema, input), actor, now());
    });
  });

  app.post('/:id/times', (c) => {
    const id = c.req.param('id');
    return say(c, id, 'times', 'moved', (form, actor) => {
      const from = instantOf(form, 'from');
      const input = { body: textOf(form, 'body'), to: instantOf(form, 'to'), ...(from === '' ? {} : { from }) };
      return rescheduleMaintenance(db, id, parseInput(newTimesSchema, input), actor, now());
    });
  });

  app.post('/:id/beginning', (c) => {
    const id = c.req.param('id');
    return say(c, id, 'beginning', 'begun', (form, actor) =>
      beginMaintenance(db, id, parseInput(stageSchema, { body: textOf(form, 'body') }), actor, now()),
    );
  });

  app.post('/:id/completion', (c) => {
    const id = c.req.param('id');
    return say(c, id, 'completion', 'completed', (form, actor) =>
      completeMaintenance(db, id, parseInput(stageSchema, { body: textOf(form, 'body') }), actor, now()),
    );
  });

  app.post('/:id/cancellation', (c) => {
    const id = c.req.param('id');
    return say(c, id, 'cancellation', 'cancelled', (form, actor) =>
      cancelMaintenance(db, id, parseInput(cancellationSchema, { body: textOf(form, 'body') }), actor, now()),
    );
  });
  return app;
}
