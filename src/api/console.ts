import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { titleSchema } from '#core/incident.ts';
import type { Database } from '#db/client.ts';
import { inviteStaff } from '#db/staff.ts';
import { createToken } from '#db/tokens.ts';
import { hashSecret, newSecret } from './identity.ts';
import { refuseInvalid } from './input.ts';
import { generatePassword, hashPassword } from './password.ts';
import { actorOf, type IdentityEnv } from './roles.ts';

const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
});

const newToken = createRoute({
  method: 'post',
  path: '/tokens',
  summary: 'Create a token for a program; it is shown this once',
  request: {
    body: jsonBody(z.strictObject({ name: titleSchema, scope: z.enum(['read', 'write']).default('write') })),
  },
  responses: {
    201: { description: 'The token', content: { 'application/json': { schema: z.object({ token: z.string() }) } } },
  },
});

const newStaff = createRoute({
  method: 'post',
  path: '/staff',
  summary: 'Let a person in, or give them a new password; it is shown this once',
  request: { body: jsonBody(z.strictObject({ name: titleSchema })) },
  responses: {
    201: {
      description: 'The password',
      content: { 'application/json': { schema: z.object({ name: z.string(), password: z.string() }) } },
    },
  },
});

/** What only the command line on the machine itself may ask for. */
export function consoleRoutes({ db, now }: { db: Database; now: () => number }) {
  const app = new OpenAPIHono<IdentityEnv>({ defaultHook: refuseInvalid });
  app.openapi(newToken, async (c) => {
    const token = newSecret();
    const { name, scope } = c.req.valid('json');
    await createToken(db, { name, scope, hash: hashSecret(token) }, actorOf(c.get('identity')), now());
    return c.json({ token }, 201);
  });
  app.openapi(newStaff, async (c) => {
    const { name } = c.req.valid('json');
    const password = generatePassword();
    await inviteStaff(db, name, await hashPassword(password), actorOf(c.get('identity')), now());
    return c.json({ name, password }, 201);
  });
  return app;
}
