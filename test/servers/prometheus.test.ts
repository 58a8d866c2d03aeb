/** The alert rules of examples/prometheus and the queries of examples/grafana, as Prometheus' own promtool takes them. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { alertNames, readDashboard, rulesFile } from '../examples/monitoring.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { installPackages } from './install.ts';

beforeAll(() => installPackages({ promtool: 'prometheus' }));

/** Runs promtool on a file of this content; JSON is YAML. */
function promtool(words: readonly string[], content: object): { status: number | null; told: string } {
  const file = join(temporaryFolder(), 'promtool.yml');
  writeFileSync(file, JSON.stringify(content));
  const { status, stdout, stderr } = spawnSync('promtool', [...words, file], { encoding: 'utf8' });
  return { status, told: stdout + stderr };
}

/** Series by metric and its labels, one value a minute, in promtool's notation. */
type Series = Readonly<Record<string, string>>;

/** Minutes. A day and six hours: one rule compares with the day before. */
const length = 1800;
const always = (value: number) => `${value}x${length}`;

const unread = 'maillog_unread_bytes{maillog="/var/log/mail.log"}';
const nearMisses = 'near_misses_total{server="dovecot"}';

/** A host with nothing amiss. */
const well: Series = {
  last_run_timestamp_seconds: `0+60x${length}`,
  last_run_exit_status: always(0),
  failed_maps: always(0),
  problems: always(0),
  [unread]: always(40),
  unreadable_maillogs: always(0),
  [nearMisses]: always(3),
  logins_total: `0+2x${length}`,
  over_limit_users: always(0),
  crowded_addresses: always(0),
  entries: always(700),
  max_entries: always(1000),
  publication_delay_median_seconds: always(1),
};

/** What is amiss from the 1600th minute on, by the alert that it is for. */
const amiss: Readonly<Record<string, Series>> = {
  ExactRunTooOld: { last_run_timestamp_seconds: '0+60x1599 96000x200' },
  ExactMetricsMissing: { last_run_timestamp_seconds: '0+60x1599 stale' },
  ExactMapFailed: { failed_maps: '0x1599 1x200' },
  ExactRunFails: { last_run_exit_status: '0x1599 74x200' },
  ExactProblemLasts: { problems: '0x1599 1x200' },
  ExactMaillogUnread: { [unread]: '40x1599 2000000x200' },
  ExactMaillogUnreadable: { unreadable_maillogs: '0x1599 1x200' },
  ExactNearMisses: { [nearMisses]: '3x1599 4+1x200' },
  ExactNoLogins: { logins_total: '0+2x1599 3200x200' },
  ExactUserOverLimit: { over_limit_users: '0x1599 1x200' },
  ExactAddressCrowded: { crowded_addresses: '0x1599 1x200' },
  ExactTableNearlyFull: { entries: '700x1599 950x200' },
  ExactPublishesLate: { publication_delay_median_seconds: '1x1599 3600x200' },
};

/** The series of a host, whose name the label `instance` has. */
function seriesOf(instance: string, series: Series): object[] {
  return Object.entries({ ...well, ...series }).map(([metric, values]) => {
    const [name, labels = '}'] = metric.split('{');
    return { series: `exact_${name}{instance="${instance}"${labels === '}' ? '' : ','}${labels}`, values };
  });
}

/** A well host, and for each alert one that is not, of its name. */
const hosts = [
  ...seriesOf('well', {}),
  ...Object.entries(amiss).flatMap(([alert, series]) => seriesOf(alert, series)),
];

/** Lets promtool look at all hosts near their end. */
function look(expected: object): ReturnType<typeof promtool> {
  return promtool(['test', 'rules'], {
    rule_files: [rulesFile],
    evaluation_interval: '4m',
    tests: [{ interval: '1m', input_series: hosts, ...expected }],
  });
}

/** The alerts that fire, each with the host that it is about. */
function firing(alerts: readonly (readonly [alert: string, host: string])[]): object {
  return {
    promql_expr_test: [
      {
        expr: 'count by (alertname, instance) (ALERTS{alertstate="firing"})',
        eval_time: '1780m',
        exp_samples: alerts.map(([alertname, instance]) => {
          return { labels: `{alertname="${alertname}",instance="${instance}"}`, value: 1 };
        }),
      },
    ],
  };
}

it('the alert rules are rules', () => {
  const { status, stdout } = spawnSync('promtool', ['check', 'rules', rulesFile], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: expect.stringContaining(`${alertNames().length} rules`),
  });
});

it('each alert fires on what it is for and on nothing else, and says which host and how much', () => {
  expect(Object.keys(amiss)).toEqual(alertNames());
  const said = {
    alert_rule_test: [
      {
        alertname: 'ExactTableNearlyFull',
        eval_time: '1780m',
        exp_alerts: [
          {
            exp_labels: { severity: 'warning', instance: 'ExactTableNearlyFull' },
            exp_annotations: {
              summary: 'ExactTableNearlyFull: the relay table is 95% full',
              description:
                'Once it is full, the users with the most entries give way to others. See max-entries in exact.conf(5)',
            },
          },
        ],
      },
    ],
  };
  const all = firing(Object.keys(amiss).map((alert) => [alert, alert]));
  expect(look({ ...all, ...said })).toEqual({ status: 0, told: expect.stringContaining('SUCCESS') });
  // It would be seen if one did not.
  expect(look(firing([['ExactMapFailed', 'well']])).status).not.toBe(0);
});

it('the queries of the dashboard are queries', () => {
  const queries = readDashboard().panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const rules = queries.map((expr, index) => ({
    record: `dashboard:query:${index}`,
    // Grafana puts these in.
    expr: expr.replaceAll('$instance', 'mx').replaceAll('$__rate_interval', '5m'),
  }));
  const { status, told } = promtool(['check', 'rules'], { groups: [{ name: 'dashboard', rules }] });
  expect({ status, told }).toEqual({ status: 0, told: expect.stringContaining(`${queries.length} rules`) });
});
