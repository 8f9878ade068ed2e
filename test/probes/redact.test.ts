import { describe, expect, it } from 'vitest';
import { createEgress } from '#probes/egress.ts';
import { hidden, secretsOf } from '#probes/redact.ts';
import { runProbe } from '#probes/runner.ts';
import { loopback } from '../helpers/finding.ts';
import { startHttpTarget, startTcpTarget } from '../helpers/target.ts';

const egress = createEgress({ allow: loopback });

async function reasonOf(kind: string, config: unknown, secrets: readonly string[] = []) {
  const probe = {
    id: 'a',
    componentId: 'a',
    kind,
    config,
    timeoutMs: 2_000,
    intervalMs: 20_000,
    hearing: null,
    dueAt: 0,
  };
  const options = { egress, signal: new AbortController().signal, at: 0, secrets };
  const { outcome, reason } = await runProbe(probe, options);
  expect(outcome).toBe('fail');
  return reason;
}

describe('a secret', () => {
  it.each([
    ['said whole', 'body: "open sesame" is not in the body'],
    ['cut off at its end', 'body: "open sesa..." is not in the body'],
    ['escaped', 'body: "say \\"open sesame\\"" is there'],
    ['percent-encoded', 'http: /?a=open%20sesame'],
    ['said twice', 'open sesame open sesame'],
  ])('%s is hidden', (_, reason) => {
    const text = hidden(reason, ['open sesame', 'say "open sesame"']);
    expect(text).toContain('[hidden]');
    expect(text).not.toMatch(/sesa/);
  });

  it('too short to be one hides nothing', () => {
    expect(hidden('http: status 500, expected 2xx', ['500', '', 'h'])).toBe('http: status 500, expected 2xx');
  });

  it('is what headers, bodies and sent texts hold, in steps as well', () => {
    const steps = [{ headers: { 'X-Key': 'step-secret-1' }, body: 'user=a&password=step-secret-2' }];
    const found = secretsOf({
      headers: { authorization: 'Bearer abcdefgh', accept: 'text/html' },
      send: 'AUTH me',
      steps,
    });
    expect(found).toEqual(
      expect.arrayContaining(['Bearer abcdefgh', 'abcdefgh', 'AUTH me', 'step-secret-1', 'step-secret-2']),
    );
    expect(found).not.toContain('text/html');
  });
});

describe('a reason', () => {
  it('does not repeat a secret that the target sends back', async () => {
    const url = await startHttpTarget((request, response) =>
      response.writeHead(200, { 'content-encoding': String(request.headers['x-key']) }).end('body'),
    );
    const reason = await reasonOf('http', { url, headers: { 'x-key': 'film-key-4711' } });
    expect(reason).toBe('body: its content-encoding [hidden] was not asked for');
  });

  it('does not repeat a secret of the body that the target sends back in JSON', async () => {
    const url = await startHttpTarget(async (request, response) => {
      for await (const chunk of request) response.write(chunk);
      response.end();
    });
    const body = '{"password":"film-key-4711"}';
    const expectJson = [{ path: '$.password', equals: 'x' }];
    expect(await reasonOf('http', { url, method: 'POST', body, expectJson })).toBe(
      'json: $.password is "[hidden]", expected "x"',
    );
  });

  it('does not say what came from the environment, wherever it was put', async () => {
    const url = await startHttpTarget((_, response) => response.end());
    const secret = `k-${'0123456789'.repeat(9)}`;
    const reason = await reasonOf('http', { url, contains: `the key ${secret}` }, [secret]);
    expect(reason).toBe('body: "the key [hidden]..." is not in the body');
  });

  it('of a port does not repeat what was sent', async () => {
    const port = await startTcpTarget((socket) => socket.on('data', () => socket.end('no')));
    const config = { host: '127.0.0.1', port, send: 'AUTH film-key-4711', expect: 'film-key-4711' };
    expect(await reasonOf('tcp', config)).not.toContain('4711');
  });
});
