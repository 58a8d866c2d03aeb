/** `exact expire`: expiry alone, or revoking an address, a network, a user or everything at once. */
import { userInfo } from 'node:os';
import type { Command } from '../../cli/command.ts';
import { checkReplay, isConfigured, loadConfiguration } from '../../config/configured.ts';
import { parseDuration } from '../../config/duration.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Invocation } from '../../host/invocation.ts';
import { sharedTables } from '../../maps/pgsql/shared-tables.ts';
import { identityOf } from '../../maps/publisher.ts';
import { Failure } from '../../problem.ts';
import { Batch } from '../../relay/batch.ts';
import { isNetwork, parseNetwork } from '../../relay/network.ts';
import { foldUser, type Pair } from '../../relay/pair.ts';
import { publishedForms } from '../../relay/published-form.ts';
import { addRevocation, endRefusal, indexRevocations, type Revocation } from '../../relay/revocation.ts';
import { endRun } from '../../run/end-run.ts';
import { reportOutcomes } from '../../run/outcome-report.ts';
import {
  beginRun,
  neededRevocations,
  setDamageAside,
  tableRunOf,
  type WritingRun,
} from '../../run/writing-run.ts';
import { writeRevocations } from '../../state/revoked-file.ts';
import { StateDamage } from '../../state/state-file.ts';
import { rehearseTable, runTable } from '../../state/table-run.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { nearMisses, tellRevoked } from './print-revoked.ts';

/** The command `expire`. */
export const expireCommand: Command = {
  name: 'expire',
  summary: 'take out what has expired; or revoke an address, network or user at once',
  operands: { name: 'ADDRESS', summary: 'addresses and networks (192.0.2.0/24) to revoke' },
  options: [
    { name: 'user', value: 'NAME', repeats: true, summary: 'revoke every address of this user' },
    { name: 'all', summary: 'revoke every address' },
    { name: 'for', value: 'DURATION', summary: 'refuse their coming logins too, for so long (24h)' },
    { name: 'undo', summary: 'stop refusing what --for refused' },
    { name: 'dry-run', summary: 'say what would be done; change nothing' },
  ],
  examples: [
    ['expire', 'take out what has expired, as at boot before the MTA starts'],
    ['expire 198.51.100.7', 'revoke one address; its next login counts again'],
    ['expire --user alice --for 24h', 'a stolen password: out, and out for a day'],
    ['expire --undo 203.0.113.0/24', 'a slip is mended'],
  ],
  run,
};

async function run(invocation: Invocation): Promise<ExitStatus> {
  checkReplay(invocation);
  const subjects = subjectsOf(invocation);
  const loaded = loadConfiguration(invocation);
  const run = isConfigured(loaded)
    ? beginRun(invocation, loaded.settings)
    : (await import('../../run/last-good.ts')).beginByLastGood(invocation, loaded);
  if (run === undefined) return invocation.status;
  const step = () => {
    if (invocation.has('undo')) return undo(invocation, run, subjects);
    return subjects.length === 0 ? expireOnly(invocation, run) : revoke(invocation, run, subjects);
  };
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof StateDamage)) throw error;
    // No address may stay in a map whose end nobody knows any more; the log gives the table back.
    setDamageAside(run, error);
    return step();
  }
}

/** Returns what the command line asks to revoke, as revocations. */
function subjectsOf(invocation: Invocation): Revocation[] {
  const { now } = invocation;
  const period = invocation.value('for');
  const length = period === undefined ? 0 : parseDuration(period);
  if (typeof length !== 'number') throw usage('--for', `'${period}' is ${length.reason}`);
  const times = { at: now, until: now + length, by: nameOfCaller(invocation) };
  const subjects: Revocation[] = [];
  for (const operand of invocation.operands) {
    if (operand === '') continue; // "$ADDR" with nothing in it: told by what is said in the end
    const network = parseNetwork(operand);
    if (!isNetwork(network)) throw usage(operand, network.reason);
    subjects.push({ kind: 'network', what: network.text, ...times });
  }
  for (const user of invocation.values('user')) {
    if (user === '') throw usage('--user', 'names nobody');
    subjects.push({ kind: 'user', what: foldUser(user), ...times });
  }
  if (invocation.has('all')) subjects.push({ kind: 'all', what: '*', ...times });
  if (subjects.length === 0) {
    for (const option of ['for', 'undo']) {
      if (invocation.has(option)) throw usage(`--${option}`, 'says nothing without ADDRESS, --user or --all');
    }
  }
  return subjects;
}

function usage(where: string, what: string): Failure {
  return new Failure({ status: ExitStatus.usage, where, what, fix: 'see exact expire --help' });
}

function nameOfCaller({ world }: Invocation): string {
  return world.env.SUDO_USER ?? world.env.LOGNAME ?? world.env.USER ?? accountName();
}

/** cron and `env -i` leave no name in the environment; an account may have none at all. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}

/** Does in tables of several hosts what was done here, first of all in the files of this one. */
async function pushIfShared(invocation: Invocation, run: WritingRun, isPublished: boolean): Promise<void> {
  if (run.lock === undefined || sharedTables(run.settings).length === 0) return;
  await (await import('../../run/push-tables.ts')).pushTables(invocation, run, isPublished);
}

async function expireOnly(invocation: Invocation, run: WritingRun): Promise<ExitStatus> {
  const outcomes = reportOutcomes(invocation, run);
  const tableRun = tableRunOf(run, new Batch(run.policy), outcomes.report, false);
  const result = run.lock === undefined ? undefined : runTable(tableRun);
  if (result === undefined) rehearseTable(tableRun);
  const { expired } = outcomes.counts;
  // `expire $ADDR` of an empty variable comes as no word at all: whoever types it should not take it for success.
  const mayBeSlip = invocation.operands.length > 0 || invocation.world.stdout.isTerminal;
  if (invocation.has('verbose') || invocation.has('dry-run') || mayBeSlip) {
    const note = mayBeSlip ? '; nothing revoked (no ADDRESS given)' : '';
    outcomes.say(`expired ${expired} ${expired === 1 ? 'entry' : 'entries'}${note}`);
  }
  await pushIfShared(invocation, run, result !== undefined);
  return endRun(invocation, run, result, undefined);
}

async function revoke(
  invocation: Invocation,
  run: WritingRun,
  subjects: readonly Revocation[],
): Promise<ExitStatus> {
  const revocations = subjects.reduce(addRevocation, neededRevocations(run));
  const policy = { ...run.policy, voidUntil: indexRevocations([...revocations, ...run.elsewhere]) };
  // Synced before any map is published: a crash must not bring back what was revoked.
  if (run.lock !== undefined) writeRevocations(run.paths.revoked, revocations);
  const revokedFile = identityOf(run.paths.revoked);
  const revoked: Pair[] = [];
  const outcomes = reportOutcomes(invocation, run, false);
  const report: typeof outcomes.report = (outcome, pair, details) => {
    if (outcome === 'revoked') revoked.push(pair);
    outcomes.report(outcome, pair, details);
  };
  const tableRun = {
    ...tableRunOf(run, new Batch(policy), report, false),
    policy,
    formOf: publishedForms(policy, run.settings.ipv6Prefix),
    judgesOldPairs: true,
  };
  const misses = nearMisses(run, subjects);
  const result = run.lock === undefined ? undefined : runTable(tableRun);
  if (result === undefined) rehearseTable(tableRun);
  tellRevoked(invocation, run, subjects, revoked, misses, result?.failures.length === 0);
  await pushIfShared(invocation, { ...run, revocations, policy }, result !== undefined);
  const status = await endRun(invocation, { ...run, revokedFile }, result, undefined);
  if (status !== ExitStatus.ok) return status;
  return revoked.length > 0 || invocation.has('for') ? ExitStatus.ok : ExitStatus.no;
}

async function undo(
  invocation: Invocation,
  run: WritingRun,
  subjects: readonly Revocation[],
): Promise<ExitStatus> {
  const isMeant = (revocation: Revocation) =>
    subjects.some(({ kind, what }) => kind === revocation.kind && what === revocation.what);
  const ended = run.revocations.filter(
    (revocation) => isMeant(revocation) && revocation.until > invocation.now,
  );
  const revocations = run.revocations.map((revocation) =>
    ended.includes(revocation) ? endRefusal(revocation, invocation.now) : revocation,
  );
  if (run.lock !== undefined && ended.length > 0) writeRevocations(run.paths.revoked, revocations);
  for (const { what } of subjects) {
    const isEnded = ended.some((revocation) => revocation.what === what);
    if (invocation.has('quiet')) continue;
    const would = invocation.has('dry-run') ? 'would be ' : '';
    const words = isEnded
      ? `${would}no longer refused: ${what}; its clients return with their next login`
      : `not refused: ${what}; see exact dump --revoked`;
    const json = JSON.stringify({ outcome: isEnded ? 'undone' : 'not refused', what });
    invocation.mention(`${invocation.has('json') ? json : escapeControls(words)}\n`);
  }
  await pushIfShared(invocation, { ...run, revocations }, false);
  const status = await endRun(invocation, run, undefined, undefined);
  if (status !== ExitStatus.ok) return status;
  return ended.length > 0 ? ExitStatus.ok : ExitStatus.no;
}
