/**
 * What a run leaves, as Prometheus text for the textfile collector of node_exporter (`metrics FILE`), replaced
 * whole by each run. The age of the last run is the one thing to watch: without runs nothing expires.
 */
import { replaceFile } from '../maps/replace-file.ts';
import type { SavedRun } from '../state/cursors-file.ts';

/** One family of samples. */
interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  /** Values by label set, as the exposition format writes it. */
  readonly samples: readonly (readonly [labels: string, value: number])[];
}

/** Writes the metrics of a run. */
export function writeMetrics(path: string, saved: SavedRun): void {
  replaceFile(path, Buffer.from(metricsText(saved)), {
    mode: 0o644,
    consequence: 'the relay table is published all the same',
  });
}

/** Returns the metrics of a run in the text format of Prometheus (version 0.0.4). */
export function metricsText({
  entries,
  published,
  lastRun,
  lastLogin,
  counters,
  problems,
}: SavedRun): string {
  const refusals = Object.entries(counters).flatMap(([name, count]) => {
    const kind = /^refused (.+)$/.exec(name)?.[1];
    return kind === undefined ? [] : [[`{reason="${kind}"}`, count] as const];
  });
  const families: Family[] = [
    gauge('exact_entries', 'Pairs of address and user in the relay table.', entries),
    gauge('exact_published_addresses', 'Addresses that may relay.', published),
    gauge('exact_last_run_timestamp_seconds', 'When the last run was.', lastRun.time),
    gauge('exact_last_run_exit_status', 'Exit status of the last run.', lastRun.status),
    gauge('exact_last_login_timestamp_seconds', 'When the newest login was that a log showed.', lastLogin),
    gauge('exact_problems', 'Problems that last.', Object.keys(problems).length),
    {
      name: 'exact_refused_logins_total',
      type: 'counter',
      help: 'Logins that did not count.',
      samples: refusals,
    },
  ];
  return families.map(familyText).join('');
}

function gauge(name: string, help: string, value: number): Family {
  return { name, type: 'gauge', help, samples: [['', value]] };
}

function familyText({ name, type, help, samples }: Family): string {
  const lines = samples.map(([labels, value]) => `${name}${labels} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}
