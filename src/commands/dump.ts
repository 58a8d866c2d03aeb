/** `exact dump`: who may relay, until when, and why; or why not. */
import { closeSync } from 'node:fs';
import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import { Failure, reasonOf, statusOf } from '../problem.ts';
import { type Entry, visitEntries } from '../relay/entry.ts';
import { contains, keyRange, type Network } from '../relay/network.ts';
import { streamOf } from '../relay/pair-stream.ts';
import type { Policy } from '../relay/policy.ts';
import { indexRevocations, type Revocation } from '../relay/revocation.ts';
import { noRun, readCursors, type SavedRun } from '../state/cursors-file.ts';
import { findPairs } from '../state/find-pairs.ts';
import { type PastEntry, readHistory } from '../state/history-file.ts';
import { formatPair } from '../state/pair-line.ts';
import { readRevocations } from '../state/revoked-file.ts';
import { StateDamage } from '../state/state-file.ts';
import { statePaths } from '../state/state-paths.ts';
import { openPairs, withPairs } from '../state/table-run.ts';
import { readKnownTables } from '../state/tables-file.ts';
import type { Command } from './command.ts';
import { configure } from './configured.ts';
import { answerAddresses, answerUser } from './dump-answers.ts';
import { dumpByUser } from './dump-by-user.ts';
import { dumpMaps } from './dump-maps.ts';
import { dumpRevoked } from './dump-revoked.ts';
import { dumpSettings } from './dump-settings.ts';
import { dumpStatistics } from './dump-statistics.ts';
import { dumpTable } from './dump-table.ts';
import type { Invocation } from './invocation.ts';
import { ownAddresses } from './own-addresses.ts';
import { revokedElsewhere, sharedTables } from './shared-tables.ts';

/** The command `dump`. */
export const dumpCommand: Command = {
  name: 'dump',
  summary: 'show who may relay, until when, and why or why not',
  operands: { name: 'ADDRESS', summary: 'ask whether these addresses (or any in a network) may relay' },
  options: [
    { name: 'user', value: 'NAME', summary: "one user's addresses; a pattern (*@example.org) serves too" },
    { name: 'server', value: 'NAME', summary: 'only logins that this rule found' },
    { name: 'limit', value: 'N', summary: 'show so many addresses, newest first; 0 shows all' },
    { name: 'tsv', summary: 'tab-separated: address, user, server, first, last, expires, logins' },
    { name: 'by-user', summary: 'a table of users: those with the most addresses first' },
    { name: 'stats', summary: 'sums: entries, servers, the last run, what was refused' },
    { name: 'revoked', summary: 'what exact expire has revoked or refuses' },
    { name: 'maps', summary: 'read each published map back and compare it with the state' },
    { name: 'settings', summary: 'the settings in force, and where each comes from' },
  ],
  examples: [
    ['dump', 'a table for people'],
    ['dump 198.51.100.23', 'may this address relay? exit status 1 if not'],
    ["dump --tsv --user '*@example.org' | cut -f1", 'for scripts'],
    ['dump --by-user --limit 3', 'whose password is in use from too many places?'],
    ['dump --maps', 'do the published maps agree with the state?'],
  ],
  run,
};

/** What `dump` reads: the table, as it is now. */
export interface Table {
  readonly settings: Settings;
  readonly policy: Policy;
  readonly revocations: readonly Revocation[];
  /** What left the table, or was kept from it, in the last day; oldest first. */
  past(): PastEntry[];
  /** What the last run left: sums, and when it was. */
  saved(): SavedRun;
  /** Calls back with each living entry, in the order of the table. */
  visit(take: (entry: Entry) => void): void;
  /** The same for the entries of some networks alone; the table is not read as a whole for them. */
  visitNetworks(networks: readonly Network[], take: (entry: Entry) => void): void;
}

async function run(invocation: Invocation): Promise<ExitStatus> {
  refuseTwoQuestions(invocation);
  const configured = configure(invocation);
  if (configured === undefined) return invocation.status;
  const { settings, warnings } = configured;
  if (invocation.has('settings')) {
    for (const warning of warnings) invocation.report(warning);
    return dumpSettings(invocation, settings);
  }
  const table = openTable(invocation, settings);
  if (invocation.has('revoked')) return dumpRevoked(invocation, table);
  if (invocation.has('maps')) return dumpMaps(invocation, table);
  if (invocation.has('stats')) return dumpStatistics(invocation, table);
  if (invocation.has('by-user')) return dumpByUser(invocation, table);
  const user = invocation.value('user');
  if (invocation.operands.length > 0) return answerAddresses(invocation, table);
  if (user !== undefined && !/[*?]/.test(user) && !invocation.has('tsv'))
    return answerUser(invocation, table, user);
  return dumpTable(invocation, table);
}

/** Each asks for something else. */
const questions = ['revoked', 'maps', 'settings', 'stats', 'by-user'];

/** What has no meaning beside a question about addresses. */
const notOfAddresses = [...questions, 'user', 'server', 'limit', 'tsv'];

function refuseTwoQuestions(invocation: Invocation): void {
  const asked = questions.filter((option) => invocation.has(option));
  const beside = notOfAddresses.find((option) => invocation.has(option));
  if (asked.length < 2 && (invocation.operands.length === 0 || beside === undefined)) return;
  const two = asked.length > 1 ? `--${asked[0]} and --${asked[1]}` : `ADDRESS and --${beside}`;
  throw new Failure({
    status: ExitStatus.usage,
    where: 'dump',
    what: `${two} ask for two things`,
    fix: 'ask for one',
  });
}

/** Opens the table for reading; nobody waits for a lock, since files are only ever replaced whole. */
export function openTable(invocation: Invocation, settings: Settings): Table {
  const paths = statePaths(settings.state);
  const own = readable(paths.revoked, () => readRevocations(paths.revoked)).revocations;
  const isAlone = sharedTables(settings).length === 0;
  const known = isAlone ? {} : readable(paths.tables, () => readKnownTables(paths.tables));
  const revocations = [...own, ...revokedElsewhere(settings, known)];
  const policy: Policy = {
    now: invocation.now,
    timeout: settings.timeout,
    sessionLimit: settings.sessions ? settings.sessionLimit : 0,
    ignore: settings.ignore,
    ownAddresses: ownAddresses(),
    voidUntil: indexRevocations(revocations),
  };
  const source = { path: paths.pairs, startsEmpty: false };
  const limit = settings.maxAddressesPerUser;
  const visit: Table['visit'] = (take) =>
    readable(paths.pairs, () => visitEntries((use) => withPairs(source, use), policy, limit, take));
  return {
    settings,
    policy,
    revocations,
    past: () => readable(paths.history, () => readHistory(paths.history, invocation.now)),
    saved() {
      const saved = readable(paths.cursors, () => readCursors(paths.cursors));
      return 'damage' in saved ? noRun : saved;
    },
    visit,
    visitNetworks(networks, take) {
      const isAsked = (entry: Entry) => networks.some((network) => contains(network, entry.address));
      // Who is over the limit, only all of a user's addresses tell.
      if (limit !== undefined) visit((entry) => isAsked(entry) && take(entry));
      else readable(paths.pairs, () => visitFound(paths.pairs, networks, policy, take));
    },
  };
}

function visitFound(
  path: string,
  networks: readonly Network[],
  policy: Policy,
  take: (entry: Entry) => void,
): void {
  const fd = openPairs(path);
  if (fd === undefined) return;
  try {
    const pairs = networks.flatMap((network) => findPairs(fd, ...keyRange(network)));
    const sorted = [...new Map(pairs.map((pair) => [formatPair(pair), pair])).entries()].sort();
    visitEntries((use) => use(streamOf(sorted.map(([, pair]) => pair))), policy, undefined, take);
  } finally {
    closeSync(fd);
  }
}

function readable<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof Failure) throw new Failure({ ...error.problem, fix: 'run it with sudo' });
    if (error instanceof StateDamage) {
      throw new Failure({
        status: ExitStatus.data,
        where: path,
        what: error.message,
        fix: 'exact update rebuilds it',
      });
    }
    const status = statusOf(error, 'reading');
    throw new Failure({
      status,
      where: path,
      what: 'cannot read',
      why: reasonOf(error),
      fix: 'run it with sudo',
    });
  }
}
