/**
 * What a run leaves, as Prometheus text for the textfile collector of node_exporter (`metrics FILE`), replaced
 * whole by each run. The age of the last run is the one thing to watch: without runs nothing expires. Where a thing
 * is not known it has no sample, and whether maps agree, which takes a search, is for `dump --stats` alone.
 */
import type { Settings } from '../config/settings.ts';
import { typeOf } from '../maps/publisher.ts';
import { replaceFile } from '../maps/replace-file.ts';
import { fileOutputs } from '../maps/shared/shared-tables.ts';
import type { PairSums } from '../relay/pair-sums.ts';
import type { SavedRun } from '../state/cursors-file.ts';
import { countOfKind } from '../state/lasting-problems.ts';
import { countersNamed } from '../state/refused-counts.ts';
import { escapeControls } from '../terminal/escape.ts';
import { countedLogins, countedNearMisses } from './run-record.ts';
import { type RunStatistics, runStatistics } from './run-statistics.ts';
import { unknownForm } from './watch/unknown-forms.ts';

/** What is told: of the table as the last pass left it, and of the runs. */
export interface Facts extends RunStatistics, Partial<PairSums> {
  readonly pairs: number;
  readonly addresses: number;
  /** Addresses that do not relay since they have too many users, as many as a run remembers. */
  readonly crowded: number;
  /** Users over `max-addresses-per-user`. */
  readonly overLimit: number;
  /** Map files that are not as the last run would have them: it could not publish them. */
  readonly failedMaps: number;
  /** Mail logs of which most new lines are in no form that is known. */
  readonly unreadableLogs: number;
  /** Logins that counted, since the state was made. */
  readonly loginsTotal: number;
  /** Near misses since the state was made, by the rule for their program. */
  readonly nearMissesTotal: Readonly<Record<string, number>>;
  readonly shared?: readonly SharedFacts[];
}

/** What is told of a table that hosts share. */
export interface SharedFacts {
  /** Its type and URL, without a password. */
  readonly table: string;
  /** When it had last all of this host: Unix seconds; undefined: never. */
  readonly pushed: number | undefined;
  /** Revocations of this host that it does not have. */
  readonly unsent: number;
  /** Hosts that were seen in the last day, by the last answer. */
  readonly hosts: number;
  /** Rows of this host in it, when it last sent rows. */
  readonly rows: number;
}

/** Values by label set, as the exposition format writes it. */
type Samples = readonly (readonly [labels: string, value: number])[];

/** Writes the metrics of a run that leaves this. */
export function writeMetrics(
  path: string,
  settings: Settings,
  left: SavedRun,
  shared: readonly SharedFacts[],
): void {
  const { sums, crowded = {}, overLimit = {}, counters } = left;
  const facts: Facts = {
    pairs: left.entries,
    addresses: left.published,
    crowded: Object.keys(crowded).length,
    overLimit: Object.keys(overLimit).length,
    failedMaps: failedMaps(settings, left),
    unreadableLogs: countOfKind(left.problems, unknownForm),
    loginsTotal: counters[countedLogins] ?? 0,
    nearMissesTotal: countersNamed(countedNearMisses, Object.entries(counters)),
    shared,
    ...sums,
    ...runStatistics(settings, left, left.lastRun.time),
  };
  replaceFile(path, Buffer.from(metricsText(facts)), {
    mode: 0o644,
    consequence: 'the relay table is published all the same',
  });
}

/** A map that failed is forgotten, so that the next run makes it anew. */
function failedMaps(settings: Settings, { maps }: SavedRun): number {
  const outputs = fileOutputs(settings);
  return outputs.filter((output) => maps[typeOf(output).publishedPath(output)] === undefined).length;
}

/** Returns the metrics of a run in the text format of Prometheus (version 0.0.4). */
export function metricsText(facts: Facts): string {
  const { maillogs, refusedTotal } = facts;
  const refused = byLabel('reason', refusedTotal);
  const ofLogs = (fact: 'unread' | 'written') =>
    maillogs.flatMap((log) => labelled('maillog', log.maillog, log[fact]));
  const ofTables = (fact: Exclude<keyof SharedFacts, 'table'>) =>
    (facts.shared ?? []).flatMap((one) => labelled('table', one.table, one[fact]));
  const shared =
    (facts.shared ?? []).length === 0
      ? []
      : [
          gauge(
            'shared_last_push_timestamp_seconds',
            'When a shared table had last all that this host has to send.',
            ofTables('pushed'),
          ),
          gauge(
            'shared_unsent_revocations',
            'Revocations of this host that a shared table does not have.',
            ofTables('unsent'),
          ),
          gauge('shared_hosts', 'Hosts that a shared table has seen in the last day.', ofTables('hosts')),
          gauge('shared_rows', 'Rows of this host in a shared table.', ofTables('rows')),
        ];
  return [
    gauge('entries', 'Pairs of address and user in the relay table.', alone(facts.pairs)),
    gauge('max_entries', 'The most pairs that the relay table may hold.', alone(facts.maxEntries)),
    gauge('server_entries', 'Pairs in the relay table by server.', byLabel('server', facts.byServer)),
    gauge('users', 'Users in the relay table.', alone(facts.users)),
    gauge('published_addresses', 'Addresses that may relay.', alone(facts.addresses)),
    gauge('crowded_addresses', 'Addresses with too many users to relay.', alone(facts.crowded)),
    gauge('over_limit_users', 'Users with too many addresses.', alone(facts.overLimit)),
    gauge('failed_maps', 'Maps that the last run could not publish.', alone(facts.failedMaps)),
    gauge('last_run_timestamp_seconds', 'When the last run was.', alone(facts.lastRun)),
    gauge('last_run_exit_status', 'Exit status of the last run.', alone(facts.lastStatus)),
    gauge('last_run_duration_seconds', 'How long the last run took.', alone(facts.lastTook)),
    gauge('maillog_unread_bytes', 'How much of a mail log the last run left unread.', ofLogs('unread')),
    gauge('maillog_written_timestamp_seconds', 'When a mail log was last written.', ofLogs('written')),
    gauge('last_login_timestamp_seconds', 'The time of the newest login in a log.', alone(facts.lastLogin)),
    gauge(
      'publication_delay_median_seconds',
      'The median time from a login of the last day to its publication.',
      alone(facts.delays?.median),
    ),
    gauge(
      'publication_delay_worst_seconds',
      'The longest time from a login of the last day to its publication.',
      alone(facts.delays?.worst),
    ),
    gauge(
      'unreadable_maillogs',
      'Mail logs most of whose new lines are in no form that Exact knows.',
      alone(facts.unreadableLogs),
    ),
    gauge('problems', 'Problems that last.', alone(facts.problems)),
    family('logins_total', 'counter', 'Logins that counted.', alone(facts.loginsTotal)),
    family('refused_logins_total', 'counter', 'Logins that did not count.', refused),
    family(
      'near_misses_total',
      'counter',
      'Lines of a server with a user and an address that no rule reads.',
      byLabel('server', facts.nearMissesTotal),
    ),
    ...shared,
  ].join('');
}

function alone(value: number | undefined): Samples {
  return value === undefined ? [] : [['', value]];
}

function byLabel(label: string, values: Readonly<Record<string, number>> = {}): Samples {
  return Object.entries(values).flatMap(([text, value]) => labelled(label, text, value));
}

function labelled(label: string, text: string, value: number | undefined): Samples {
  // Names of servers may come from another host (`update --logins`).
  const quoted = escapeControls(text).replace(/["\\]/g, '\\$&');
  return value === undefined ? [] : [[`{${label}="${quoted}"}`, value]];
}

function gauge(name: string, help: string, samples: Samples): string {
  return family(name, 'gauge', help, samples);
}

function family(name: string, type: 'gauge' | 'counter', help: string, samples: Samples): string {
  const lines = samples.map(([labels, value]) => `exact_${name}${labels} ${value}\n`);
  return `# HELP exact_${name} ${help}\n# TYPE exact_${name} ${type}\n${lines.join('')}`;
}
