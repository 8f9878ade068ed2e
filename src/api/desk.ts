import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Impairment } from '#core/doubt.ts';
import { DomainError } from '#core/error.ts';
import type { Actor } from '#core/event.ts';
import { newIncidentSchema, newUpdateSchema, resolutionSchema } from '#core/incident.ts';
import { newTranslationSchema } from '#core/incidentFacts.ts';
import type { PublishState } from '#core/publishState.ts';
import { sharedFateSentence } from '#core/sharedFate.ts';
import type { Snapshot } from '#core/snapshot.ts';
import { openIncidents, plannedMaintenances } from '#core/snapshot.ts';
import { isBehind, type TargetReport } from '#core/target.ts';
import { untranslatedOf } from '#core/untranslated.ts';
import type { Database } from '#db/client.ts';
import { listComponents } from '#db/components.ts';
import { openIncident, postUpdate, resolveIncident } from '#db/incidents.ts';
import { readLanguages } from '#db/languages.ts';
import { listSharedFates } from '#db/sharedFate.ts';
import { listSights } from '#db/sights.ts';
import { closeSession, findStaff, openSession } from '#db/staff.ts';
import { countConfirmed } from '#db/subscribers.ts';
import { addTranslation } from '#db/translations.ts';
import { clientAddress } from './clientAddress.ts';
import { draftOf, type Form, listOf, textOf, translationInput, updateInput, wordsInput } from './deskForm.ts';
import { maintenanceDeskRoutes } from './deskMaintenances.ts';
import { hashSecret, newSecret, sessionCookie } from './identity.ts';
import { parseInput } from './input.ts';
import { verifyPassword } from './password.ts';
import { actorOf, type IdentityEnv } from './roles.ts';
import { createThrottle } from './throttle.ts';

export type DeskDeps = {
  db: Database;
  renderPage: (path: string, asked: Asked) => Promise<Response>;
  snapshot: () => Promise<Snapshot>;
  impairment: () => Impairment | null;
  targets: () => readonly TargetReport[];
  publishState: () => PublishState;
  isTrusted: (address: string) => boolean;
  /** True when the page is served over TLS. */
  secure: boolean;
  now: () => number;
};

export type DeskContext = Context<IdentityEnv>;
/** What the desk says above its forms after a deed: done, or why not and what had been typed. */
type Word = Pick<NonNullable<App.Locals['desk']>, 'notice' | 'problem' | 'draft'>;
/** Does a deed of the desk and comes back to it; a refusal comes back with everything that was typed. */
export type DoDeed = (
  c: DeskContext,
  done: string,
  act: (form: Form, actor: Actor) => Promise<unknown>,
) => Promise<Response>;

const sessionMs = 12 * 3_600_000;
const notices: Readonly<Record<string, string>> = {
  opened: 'The incident is open and public.',
  updated: 'The update is public and on its way to subscribers.',
  resolved: 'The incident is resolved.',
  translated: 'The translation is public. Nobody was told again.',
  planned: 'The work is planned and announced.',
  said: 'The update on the planned work is public and on its way to subscribers.',
  moved: 'The work has other times now, on the page and in calendars.',
  begun: 'The work has begun; what it touches is in maintenance.',
  completed: 'The work is done; what it touched is again what the probes see of it.',
  cancelled: 'The work is called off.',
};

/** The desk: sign in, see what is red, say something. Pages come from Astro, deeds are forms that answer 303. */
export function deskRoutes(deps: DeskDeps) {
  const { db, renderPage, snapshot, impairment, targets, publishState, isTrusted, secure, now } = deps;
  const app = new Hono<IdentityEnv>();
  const perPerson = createThrottle(10, 600);
  const perAddress = createThrottle(30, 600);
  app.use(bodyLimit({ maxSize: 256 * 1024 }));

  async function page(path: string, asked: Omit<Asked, 'snapshot'>, status = 200): Promise<Response> {
    const rendered = await renderPage(path, { snapshot: await snapshot(), ...asked });
    return new Response(rendered.body, {
      status,
      headers: { ...Object.fromEntries(rendered.headers), 'content-type': 'text/html; charset=utf-8' },
    });
  }

  async function desk(c: DeskContext, word: Word, status = 200): Promise<Response> {
    const seen = await snapshot();
    const actor = actorOf(c.get('identity'));
    const rows = await listComponents(db);
    const flapping = new Set(rows.filter((row) => row.flappingSinceAt !== null).map((row) => row.id));
    return page(
      '/staff',
      {
        desk: {
          staffName: actor.kind === 'staff' ? actor.name : '',
          impairedSinceAt: impairment()?.sinceAt ?? null,
          unmadePages: publishState().failures,
          components: seen.components.map((component) => ({ ...component, isFlapping: flapping.has(component.id) })),
          sights: await listSights(db),
          targets: targets().map((report) => ({ ...report, isBehind: isBehind(report, now()) })),
          openIncidents: openIncidents(seen),
          maintenances: plannedMaintenances(seen),
          untranslated: untranslatedOf(seen.incidents, (await readLanguages(db)).locales, now()),
          subscriberCount: await countConfirmed(db),
          warnings: (await listSharedFates(db)).map(sharedFateSentence),
          ...word,
        },
      },
      status,
    );
  }

  const deed: DoDeed = async (c, done, act) => {
    const form = await c.req.parseBody({ all: true });
    try {
      await act(form, actorOf(c.get('identity')));
      return c.redirect(`/staff?done=${done}`, 303);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return desk(c, { problem: error.message, draft: draftOf(form, c.req.path) }, 422);
    }
  };

  app.get('/', (c) => {
    const notice = notices[c.req.query('done') ?? ''];
    return desk(c, notice ? { notice } : {});
  });
  app.get('/sign-in', () => page('/staff/sign-in', {}));

  app.post('/sign-in', async (c) => {
    const form = await c.req.parseBody();
    const name = textOf(form, 'name').trim();
    const refuse = (problem: string, status: number) => page('/staff/sign-in', { signIn: { name, problem } }, status);
    try {
      await perAddress(clientAddress(c, isTrusted));
      await perPerson(name.toLowerCase());
    } catch (error) {
      if (error instanceof DomainError) return refuse(error.message, 429);
      throw error;
    }
    const person = await findStaff(db, name);
    const isRight = await verifyPassword(textOf(form, 'password'), person?.passwordHash ?? null);
    if (!person || !isRight) return refuse('Name and password do not fit together.', 401);
    const secret = newSecret('');
    const expiresAt = now() + sessionMs;
    await openSession(db, person, hashSecret(secret), now(), expiresAt);
    setCookie(c, sessionCookie(secure), secret, {
      httpOnly: true,
      secure,
      sameSite: 'Lax',
      path: '/',
      expires: new Date(expiresAt),
    });
    return c.redirect('/staff', 303);
  });

  app.post('/sign-out', async (c) => {
    const secret = getCookie(c, sessionCookie(secure));
    if (secret) await closeSession(db, hashSecret(secret));
    deleteCookie(c, sessionCookie(secure), { path: '/', secure });
    return c.redirect('/staff/sign-in', 303);
  });

  app.post('/incidents', (c) =>
    deed(c, 'opened', (form, actor) => {
      const state = textOf(form, 'state');
      const components = Object.fromEntries(listOf(form, 'component').map((slug) => [slug, state]));
      const input = parseInput(newIncidentSchema, { ...updateInput(form), title: textOf(form, 'title'), components });
      return openIncident(db, input, actor, now());
    }),
  );

  app.post('/incidents/:id/updates', (c) =>
    deed(c, 'updated', (form, actor) =>
      postUpdate(db, c.req.param('id'), parseInput(newUpdateSchema, updateInput(form)), actor, now()),
    ),
  );

  app.post('/incidents/:id/updates/:updateId/translations', (c) =>
    deed(c, 'translated', (form, actor) => {
      const { id, updateId } = c.req.param();
      return addTranslation(db, id, updateId, parseInput(newTranslationSchema, translationInput(form)), actor, now());
    }),
  );

  app.post('/incidents/:id/resolution', (c) =>
    deed(c, 'resolved', (form, actor) =>
      resolveIncident(db, c.req.param('id'), parseInput(resolutionSchema, wordsInput(form)), actor, now()),
    ),
  );

  app.route('/maintenances', maintenanceDeskRoutes({ db, now, deed }));
  return app;
}
