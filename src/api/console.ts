import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { DomainError } from '#core/error.ts';
import { titleSchema } from '#core/staffText.ts';
import type { Database } from '#db/client.ts';
import { listAgentLocations } from '#db/locations.ts';
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

const newTokenSchema = z.strictObject({
  name: titleSchema,
  scope: z.enum(['read', 'write', 'probe']).default('write'),
  location: z
    .string()
    .max(60)
    .optional()
    .openapi({ description: 'for the scope probe: the one location it speaks for' }),
});

/** @throws DomainError `invalid` unless a location is named where one is needed, and there is an agent for it to be */
async function requireLocation(db: Database, { scope, location }: z.output<typeof newTokenSchema>): Promise<void> {
  const refuse = (detail: string) => new DomainError('invalid', detail, [{ pointer: '/location', detail }]);
  if (scope !== 'probe') {
    if (location === undefined) return;
    throw refuse(`A location belongs to the scope probe only, not to ${scope}.`);
  }
  const known = (await listAgentLocations(db)).map(({ name }) => name);
  if (location !== undefined && known.includes(location)) return;
  const expected =
    known.length === 0 ? 'one that status.yaml declares; it declares none' : `one of ${known.join(', ')}`;
  throw refuse(`The location of this token: expected ${expected}, found ${location ? `"${location}"` : 'none'}.`);
}

const newToken = createRoute({
  method: 'post',
  path: '/tokens',
  summary: 'Create a token for a program; it is shown this once',
  request: {
    body: jsonBody(newTokenSchema),
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
    const input = c.req.valid('json');
    await requireLocation(db, input);
    await createToken(db, { ...input, hash: hashSecret(token) }, actorOf(c.get('identity')), now());
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
