import { expect, it } from 'vitest';
import { hostOf } from '#probes/host.ts';

it.each([
  [{ url: 'https://Films.example:8443/a?b' }, 'films.example'],
  [{ url: 'http://[2620:fe::fe]/' }, '2620:fe::fe'],
  [{ host: 'db.example', port: 5432 }, 'db.example'],
  [{ host: '0x0a.1', port: 1 }, '10.0.0.1'],
  [{ steps: [{ url: 'https://films.example/' }, { url: 'https://pay.example/' }] }, 'films.example'],
])('%j is a look at %s', (config, host) => {
  expect(hostOf(config)).toBe(host);
});

it.each([
  { url: 'http://127.0.0.1:4321/' },
  { url: 'http://localhost/' },
  { host: '::1', port: 1 },
  { host: '127.1', port: 1 },
  { grace: 60 },
  { steps: [] },
  null,
])('%j needs no network', (config) => {
  expect(hostOf(config)).toBeNull();
});
