import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Statuspage } from 'statuspage.io';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Snapshot } from '#core/snapshot.ts';
import type { ComponentState } from '#core/status.ts';
import { answer, send } from '#publish/answer.ts';
import { statusJson, statuspageWriters } from '#publish/statuspage.ts';
import { statuspageFiles } from '#publish/statuspageSchema.ts';
import { siteOf } from '../helpers/site.ts';
import { component, friday, idOf, incident, maintenance, plans, snapshot, updates } from '../helpers/snapshot.ts';

const affected = [{ id: idOf('Payments'), role: 'cause', state: 'major_outage' }] as const;
const night = snapshot({
  components: [
    component('Submissions', { group: 'For filmmakers', description: 'Sending films' }),
    component('Payments', { group: 'For filmmakers', state: 'major_outage' }),
    component('Mail', { state: 'unknown' }),
    component('Television', { group: 'Watching', state: 'maintenance' }),
  ],
  incidents: [
    incident(
      'Payments fail',
      updates(['investigating', 'We look & see.', 0], ['identified', 'First.\nSecond.\n\n**Third** <b>', 20]),
      { impact: 'major', components: [...affected], monitoringAt: null },
    ),
    incident('Mail was late', updates(['investigating', 'Late.', -900], ['resolved', 'Delivered.', -800]), {
      components: [...affected],
      monitoringAt: friday - 850 * 60_000,
    }),
  ],
});
const moving = maintenance(
  'Television moves',
  plans(['scheduled', 'We move.', -3_000], ['in_progress', 'It has begun.', 10]),
  { componentIds: [idOf('Television')], startedAt: friday + 600_000 },
);
const planned = snapshot({
  ...night,
  maintenances: [
    maintenance('Later', undefined, { scheduledFromAt: friday + 9e7, scheduledToAt: friday + 9.5e7 }),
    maintenance('Sooner', undefined, { scheduledFromAt: friday + 8e7, scheduledToAt: friday + 8.5e7 }),
    moving,
    maintenance('Called off', plans(['scheduled', 'Soon.', -9_000], ['cancelled', 'Not now.', -8_000])),
    maintenance(
      'Done',
      plans(['scheduled', 'Soon.', -9_000], ['in_progress', 'Now.', -7_000], ['completed', 'Done.', -6_000]),
    ),
  ],
});
const wide = snapshot({
  maintenances: Array.from({ length: 60 }, (_, index) => maintenance(`Work ${index}`)),
  incidents: Array.from({ length: 60 }, (_, index) => incident(`Number ${index}`, updates(['resolved', 'x', -index]))),
});

async function listen(of: Snapshot): Promise<string> {
  const site = await siteOf(of);
  const server = createServer(async (request, response) => {
    const ready = await answer(site, request, of.generatedAt);
    if (ready) send(response, ready);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('statuspageWriters', () => {
  it.each(Object.entries(statuspageFiles))('%s has the fields of Statuspage and no others', (file, schema) => {
    for (const of of [night, planned, wide, snapshot(), snapshot({ components: [] })])
      expect(() => schema.parse(statuspageWriters[file as keyof typeof statuspageFiles](of))).not.toThrow();
  });

  it('it lists a group before its children and counts positions within it', () => {
    const { components } = statuspageWriters['components.json'](night);
    expect(components.map(({ name, group, position, status }) => [name, group, position, status])).toEqual([
      ['For filmmakers', true, 1, 'major_outage'],
      ['Submissions', false, 1, 'operational'],
      ['Payments', false, 2, 'major_outage'],
      ['Mail', false, 2, 'operational'],
      ['Watching', true, 3, 'under_maintenance'],
      ['Television', false, 1, 'under_maintenance'],
    ]);
    const [group, ...children] = components;
    expect(group?.components).toEqual([idOf('Submissions'), idOf('Payments')]);
    expect(children[0]?.group_id).toBe(group?.id);
    expect(children[2]?.group_id).toBeNull();
    expect(children[0]).not.toHaveProperty('components');
  });

  it('ids have twelve lower-case letters and digits and stay as they are', () => {
    const { page, components } = statuspageWriters['components.json'](night);
    for (const id of [page.id, ...components.map(({ id }) => id)]) expect(id).toMatch(/^[0-9a-z]{12}$/);
    const later = statuspageWriters['components.json']({ ...night, revision: 2, generatedAt: friday, incidents: [] });
    expect(later.components.map(({ id }) => id)).toEqual(components.map(({ id }) => id));
    expect(later.page.id).toBe(page.id);
  });

  it('it sorts incidents into unresolved and resolved, at most fifty', () => {
    const names = (
      file: 'incidents.json' | 'incidents/unresolved.json' | 'incidents/resolved.json',
      of: Snapshot = night,
    ) => statuspageWriters[file](of).incidents.map(({ name }) => name);
    expect(names('incidents.json')).toEqual(['Payments fail', 'Mail was late']);
    expect(names('incidents/unresolved.json')).toEqual(['Payments fail']);
    expect(names('incidents/resolved.json')).toEqual(['Mail was late']);
    expect(names('incidents.json', wide)).toHaveLength(50);
    expect(names('incidents.json', wide)[0]).toBe('Number 0');
  });

  it('it tells an incident newest update first, with times to the millisecond in UTC', () => {
    const [open] = statuspageWriters['summary.json'](night).incidents;
    expect(open).toMatchObject({
      name: 'Payments fail',
      status: 'identified',
      impact: 'major',
      created_at: '2026-11-20T20:00:00.000Z',
      updated_at: '2026-11-20T20:20:00.000Z',
      resolved_at: null,
      shortlink: 'https://status.lanterna.example/incidents/paymentsfail',
      components: [{ id: idOf('Payments'), status: 'major_outage', position: 2 }],
    });
    expect(open?.incident_updates.map(({ status }) => status)).toEqual(['identified', 'investigating']);
  });

  it('it names what an incident did to a component at its first and at its last update', () => {
    const changes = statuspageWriters['incidents.json'](night).incidents.map(({ incident_updates }) =>
      incident_updates.map(({ affected_components }) => affected_components),
    );
    const change = (old_status: string, new_status: string) => [
      { code: idOf('Payments'), name: 'For filmmakers - Payments', old_status, new_status },
    ];
    expect(changes).toEqual([
      [change('major_outage', 'major_outage'), change('operational', 'major_outage')],
      [change('major_outage', 'operational'), change('operational', 'major_outage')],
    ]);
    const bare = snapshot({ incidents: [incident('Nothing named', updates(['investigating', 'x', 0]))] });
    expect(statuspageWriters['incidents.json'](bare).incidents[0]?.incident_updates[0]?.affected_components).toBeNull();
  });

  it('it tells planned work in the order of its stages, with what it does to a component', () => {
    const { scheduled_maintenances: all } = statuspageWriters['summary.json'](planned);
    expect(all.map(({ name, status }) => [name, status])).toEqual([
      ['Television moves', 'in_progress'],
      ['Sooner', 'scheduled'],
      ['Later', 'scheduled'],
    ]);
    const change = (old_status: string, new_status: string) => [
      { code: idOf('Television'), name: 'Watching - Television', old_status, new_status },
    ];
    expect(all[0]).toMatchObject({
      impact: 'maintenance',
      scheduled_for: '2026-11-21T02:00:00.000Z',
      scheduled_until: '2026-11-21T04:00:00.000Z',
      started_at: '2026-11-18T18:00:00.000Z',
      monitoring_at: null,
      resolved_at: null,
      shortlink: 'https://status.lanterna.example/maintenances/televisionmo',
      components: [{ id: idOf('Television'), status: 'under_maintenance' }],
      incident_updates: [
        {
          status: 'in_progress',
          body: 'It has begun.',
          affected_components: change('operational', 'under_maintenance'),
        },
        { status: 'scheduled', body: 'We move.', affected_components: change('operational', 'operational') },
      ],
    });
  });

  it('it sorts planned work, at most fifty, and takes what was called off for completed', () => {
    const names = (
      file:
        | 'scheduled-maintenances.json'
        | 'scheduled-maintenances/upcoming.json'
        | 'scheduled-maintenances/active.json',
      of = planned,
    ) => statuspageWriters[file](of).scheduled_maintenances.map(({ name, status }) => `${name}: ${status}`);
    expect(names('scheduled-maintenances/upcoming.json')).toEqual(['Sooner: scheduled', 'Later: scheduled']);
    expect(names('scheduled-maintenances/active.json')).toEqual(['Television moves: in_progress']);
    expect(names('scheduled-maintenances.json')).toEqual([
      'Later: scheduled',
      'Sooner: scheduled',
      'Television moves: in_progress',
      'Called off: completed',
      'Done: completed',
    ]);
    expect(names('scheduled-maintenances.json', wide)).toHaveLength(50);
    const [, , , off] = statuspageWriters['scheduled-maintenances.json'](planned).scheduled_maintenances;
    expect(off).toMatchObject({
      resolved_at: expect.any(String),
      incident_updates: [{ status: 'completed', body: 'Not now.' }, {}],
    });
  });

  it('bodies can be printed raw: breaks for paragraphs, HTML of staff as text', () => {
    const [open] = statuspageWriters['incidents.json'](night).incidents;
    expect(open?.incident_updates.map(({ body }) => body)).toEqual([
      'First.<br />Second.<br /><br /><strong>Third</strong> &lt;b&gt;',
      'We look &amp; see.',
    ]);
  });
});

describe('statusJson', () => {
  const rows: [ComponentState[], string, string][] = [
    [[], 'none', 'All Systems Operational'],
    [['operational', 'operational'], 'none', 'All Systems Operational'],
    [['unknown', 'unknown'], 'none', 'All Systems Operational'],
    [['maintenance', 'operational'], 'maintenance', 'Service Under Maintenance'],
    [['maintenance', 'maintenance'], 'maintenance', 'Service Under Maintenance'],
    [['degraded', 'operational'], 'minor', 'Partially Degraded Service'],
    [['degraded', 'maintenance'], 'minor', 'Partially Degraded Service'],
    [['degraded', 'degraded'], 'minor', 'Degraded System Service'],
    [['partial_outage', 'operational'], 'minor', 'Minor Service Outage'],
    [['partial_outage', 'degraded'], 'minor', 'Minor Service Outage'],
    [['partial_outage', 'partial_outage'], 'major', 'Partial System Outage'],
    [['major_outage', 'operational'], 'major', 'Partial System Outage'],
    [['major_outage', 'partial_outage'], 'major', 'Partial System Outage'],
    [['major_outage', 'unknown'], 'major', 'Partial System Outage'],
    [['major_outage', 'major_outage'], 'critical', 'Major System Outage'],
    [['major_outage'], 'critical', 'Major System Outage'],
  ];
  it.each(rows)('%j is %s: %s', (states, indicator, description) => {
    expect(statusJson(states)).toEqual({ indicator, description });
  });
});

describe('a client of Statuspage, unmodified', () => {
  it('it reads everything it knows to ask for', async () => {
    const client = new Statuspage('x');
    client.setApiUrl(await listen(planned));
    const { api } = client;
    expect(await api.getSummary()).toEqual(statuspageWriters['summary.json'](planned));
    expect((await api.getStatus()).status).toEqual({ indicator: 'major', description: 'Partial System Outage' });
    expect((await api.getComponents()).components).toHaveLength(6);
    expect((await api.incidents.getAll()).incidents).toHaveLength(2);
    expect((await api.incidents.getUnresolved()).incidents.map(({ name }) => name)).toEqual(['Payments fail']);
    const names = async (asked: Promise<{ scheduled_maintenances: { name: string }[] }>) =>
      (await asked).scheduled_maintenances.map(({ name }) => name);
    const { scheduledMaintenances } = api;
    // Whichever list it is asked for, this client reads the upcoming one; the others are read without it.
    for (const list of ['getAll', 'getActive', 'getUpcoming'] as const)
      expect(await names(scheduledMaintenances[list]())).toEqual(['Sooner', 'Later']);
    const url = await listen(planned);
    for (const file of ['scheduled-maintenances.json', 'scheduled-maintenances/active.json'] as const)
      expect(await (await fetch(`${url}/api/v2/${file}`)).json()).toEqual(statuspageWriters[file](planned));
  });

  it('a detector that only asks for the head of components.json finds us', async () => {
    const head = await fetch(`${await listen(planned)}/api/v2/components.json`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(head.headers.get('access-control-allow-origin')).toBe('*');
  });
});
