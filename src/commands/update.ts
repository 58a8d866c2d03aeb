/** `exact update`: new log lines become logins, logins become the relay table, and the table is published. */

import type { Command } from '../cli/command.ts';
import { checkReplay, isConfigured, loadConfiguration } from '../config/configured.ts';
import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import type { Invocation } from '../host/invocation.ts';
import { sharedTables } from '../maps/pgsql/shared-tables.ts';
import { Failure } from '../problem.ts';
import { Batch } from '../relay/batch.ts';
import { endRun } from '../run/end-run.ts';
import { type OutcomeReport, reportOutcomes } from '../run/outcome-report.ts';
import { type ReadSummary, readMaillogs, summaryWords } from '../run/read-maillogs.ts';
import { beginRun, isIdle, setDamageAside, tableRunOf, type WritingRun } from '../run/writing-run.ts';
import { StateDamage } from '../state/state-file.ts';

/** The command `update`. */
export const updateCommand: Command = {
  name: 'update',
  summary: 'read new log lines and publish the relay table; for cron, each minute',
  options: [
    { name: 'dry-run', summary: 'say what would be done; change nothing' },
    {
      name: 'check',
      summary: 'say everything that is wrong with this host, and how to mend it; change nothing',
    },
    { name: 'rebuild', summary: 'forget the table and read the end of the log again' },
    {
      name: 'logins',
      value: 'FILE',
      summary: 'take logins from exact parse --json (- is standard input), read no log',
    },
  ],
  examples: [
    ['update', 'one step, as cron runs it: success prints nothing'],
    ['update -v', 'say what was added, refreshed, expired, refused'],
    ['update --dry-run', 'what would the next run do?'],
    ['update --check', 'is this host set up as it should be?'],
    [
      'update --logins -',
      'logins found on another host: exact parse --json | ssh mx exact update --logins -',
    ],
  ],
  run,
};

async function run(invocation: Invocation): Promise<ExitStatus> {
  checkReplay(invocation);
  if (invocation.has('rebuild') && invocation.has('logins')) {
    throw new Failure({
      status: ExitStatus.usage,
      where: '--rebuild',
      what: 'reads the log, which --logins leaves unread',
      fix: 'see exact update --help',
    });
  }
  const beside = ['rebuild', 'logins', 'dry-run'].find((option) => invocation.has(option));
  if (invocation.has('check') && beside !== undefined) {
    throw new Failure({
      status: ExitStatus.usage,
      where: '--check',
      what: `cannot be given with --${beside}`,
      why: 'it changes nothing',
      fix: 'see exact update --help',
    });
  }
  if (invocation.has('check')) return (await import('../check/check-host.ts')).checkHost(invocation);
  const loaded = loadConfiguration(invocation);
  if (!isConfigured(loaded))
    return (await import('../run/last-good.ts')).expireByLastGood(invocation, loaded);
  const { settings, warnings } = loaded;
  const begun = beginRun(invocation, settings);
  if (begun === undefined) return invocation.status;
  for (const problem of warnings) begun.met.push({ problem });
  const run = sharesTables(begun)
    ? await (await import('../run/push-tables.ts')).learnRevocations(invocation, begun)
    : begun;
  return updateTable(invocation, run);
}

/** Whether there are tables of several hosts to read and write; a rehearsal asks no server. */
function sharesTables({ lock, settings }: WritingRun): boolean {
  return lock !== undefined && sharedTables(settings).length > 0;
}

/** Reads, merges, publishes. */
async function updateTable(invocation: Invocation, run: WritingRun): Promise<ExitStatus> {
  const outcomes = reportOutcomes(invocation, run);
  const batch = new Batch(run.policy);
  const summary = await readInput(invocation, run, batch, outcomes);
  try {
    return await mergeInput(invocation, run, batch, summary, outcomes);
  } catch (error) {
    if (!(error instanceof StateDamage) || run.isDamaged) throw error;
    // The pairs cannot be read: they are set aside, and the log, read back, gives them again.
    setDamageAside(run, error);
    // What was handed over comes once; it is merged with no pairs, and the next run reads the log back.
    if (invocation.has('logins')) return mergeInput(invocation, run, batch, summary, outcomes);
    return updateTable(invocation, { ...run, counted: new Map(), logLines: [], past: [] });
  }
}

async function mergeInput(
  invocation: Invocation,
  run: WritingRun,
  batch: Batch,
  summary: ReadSummary,
  outcomes: OutcomeReport,
): Promise<ExitStatus> {
  // A rebuild trusts the log alone; where the log cannot be read, what is in the table stays until it expires.
  const forgets = invocation.has('rebuild') && !summary.isIncomplete;
  if (!forgets && isIdle(run, batch)) return finish(invocation, run, undefined, summary, outcomes);
  const { rehearseTable, runTable } = await import('../state/table-run.ts');
  const tableRun = tableRunOf(run, batch, outcomes.report, forgets);
  if (run.lock === undefined) {
    rehearseTable(tableRun);
    return finish(invocation, run, undefined, summary, outcomes);
  }
  return finish(invocation, run, runTable(tableRun), summary, outcomes);
}

async function readInput(
  invocation: Invocation,
  run: WritingRun,
  batch: Batch,
  outcomes: OutcomeReport,
): Promise<ReadSummary> {
  const file = invocation.value('logins');
  if (file === undefined) return readMaillogs(invocation, run, batch, outcomes);
  const { readLogins } = await import('../run/read-logins.ts');
  return readLogins(file, invocation, run, batch, outcomes);
}

async function finish(
  invocation: Invocation,
  run: WritingRun,
  result: Parameters<typeof endRun>[2],
  summary: ReadSummary,
  outcomes: OutcomeReport,
): Promise<ExitStatus> {
  if (invocation.has('verbose') || invocation.has('dry-run')) {
    outcomes.say(closingLine(outcomes, summary, run.settings, invocation.has('dry-run')));
  }
  if (sharesTables(run)) {
    await (await import('../run/push-tables.ts')).pushTables(invocation, run, result !== undefined);
  }
  return endRun(invocation, run, result, summary.saved);
}

function closingLine(
  { counts }: OutcomeReport,
  summary: ReadSummary,
  settings: Settings,
  isRehearsal: boolean,
): string {
  const { added, refreshed, expired, revoked, refused } = counts;
  const parts = [`added ${added}`, `refreshed ${refreshed}`, `expired ${expired}`];
  if (revoked > 0) parts.push(`revoked ${revoked}`);
  if (refused > 0) parts.push(`refused ${refused}`);
  const would = isRehearsal ? 'nothing was changed; a run would have: ' : '';
  return `${would}${parts.join(', ')}; ${summaryWords(summary, settings)}`;
}
