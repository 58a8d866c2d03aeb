/** Alert rules and dashboard ask for metrics that Exact writes; what they ask is right, test/servers/prometheus.test.ts shows. */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dovecotLogin, MailHost } from '../commands/run-exact.ts';
import { alertExpressions, alertNames, readDashboard } from './monitoring.ts';

const named = (text: string) => text.match(/\bexact_\w+/g) ?? [];

/** The names of the metrics that a run writes, and the labels of those that have one. */
async function written(): Promise<{ names: string[]; text: string }> {
  const host = new MailHost('server dovecot', 'metrics exact.prom');
  appendFileSync(host.log, dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.10'));
  await host.run(['update'], { now: '2026-11-22T10:01:00Z' });
  const text = readFileSync(join(host.folder, 'exact.prom'), 'utf8');
  return { names: [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name), text };
}

it('the alert rules ask for metrics that a run writes', async () => {
  const { names } = await written();
  expect(alertNames().length).toBe(alertExpressions().length);
  expect(alertExpressions().filter((expr) => named(expr).length === 0)).toEqual([]);
  expect(
    alertExpressions()
      .flatMap(named)
      .filter((name) => !names.includes(name)),
  ).toEqual([]);
});

it('the dashboard asks for all metrics that a run writes, and for no other', async () => {
  const { names } = await written();
  const { panels, templating } = readDashboard();
  const asked = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => named(expr)));
  expect([...new Set(asked)].sort()).toEqual([...names].sort());
  const variables = templating.list.flatMap(({ definition = '' }) => named(definition));
  expect(variables.filter((name) => !names.includes(name))).toEqual([]);
});

it('the dashboard has what Grafana wants, and no panel lies on another', () => {
  const { title, uid, schemaVersion, panels, templating } = readDashboard();
  expect(title).not.toBe('');
  expect(uid).toMatch(/^[\w-]{1,40}$/);
  expect(schemaVersion).toBeGreaterThan(30);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const variables = templating.list.map(({ name }) => name);
  const cells = new Set<string>();
  for (const { title, type, gridPos, targets } of panels) {
    expect(['stat', 'timeseries'], title).toContain(type);
    expect(targets.length, title).toBeGreaterThan(0);
    const used = JSON.stringify(targets).match(/\$\{?(?!__)(\w+)/g) ?? [];
    expect(
      used.filter((name) => !variables.includes(name.replace(/\W/g, ''))),
      title,
    ).toEqual([]);
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(cells.has(`${x} ${y}`), title).toBe(false);
        cells.add(`${x} ${y}`);
      }
    }
  }
});
