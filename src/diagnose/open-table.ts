/** The relay table as `exact dump` reads it: nobody waits for a lock, since files are only ever replaced whole. */
import { closeSync } from 'node:fs';
import { policyOf } from '../config/policy.ts';
import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import type { Invocation } from '../host/invocation.ts';
import { sharedTables } from '../maps/shared/shared-tables.ts';
import { Failure, type Problem, reasonOf, statusOf } from '../problem.ts';
import { compareAddresses } from '../relay/address.ts';
import type { TableLimits } from '../relay/bounds.ts';
import { type Entry, type EntryOptions, visitEntries } from '../relay/entry.ts';
import { keyRange, type Network } from '../relay/network.ts';
import { indexNetworks } from '../relay/network-index.ts';
import { compareUsers, type Pair } from '../relay/pair.ts';
import { streamOf } from '../relay/pair-stream.ts';
import type { Permit } from '../relay/permit.ts';
import type { Policy } from '../relay/policy.ts';
import type { Revocation } from '../relay/revocation.ts';
import { noRun, readCursors, type SavedRun } from '../state/cursors-file.ts';
import { type Damage, isDamage } from '../state/damage.ts';
import { findPairs } from '../state/find-pairs.ts';
import { type PastEntry, readHistory } from '../state/history-file.ts';
import { withIdleRuns } from '../state/idle-note.ts';
import { formatPair } from '../state/pair-line.ts';
import { permitsFix, readPermits } from '../state/permits-file.ts';
import { readRevocations, revokedFix } from '../state/revoked-file.ts';
import { StateDamage } from '../state/state-file.ts';
import { type StatePaths, statePaths } from '../state/state-paths.ts';
import { openPairs, withPairs } from '../state/table-run.ts';
import { readKnownTables, revokedElsewhere } from '../state/tables-file.ts';

/** What else a look at the table is for: the table that a run would make of new lines, and what would leave it. */
export type Look = Pick<EntryOptions, 'news' | 'report'>;

/** The table, as it is now. */
export interface Table {
  readonly settings: Settings;
  readonly paths: StatePaths;
  readonly policy: Policy;
  readonly revocations: readonly Revocation[];
  /** Who was let in by hand, as it is on file. */
  readonly permits: readonly Permit[];
  /** What left the table, or was kept from it, in the last day; oldest first. */
  past(): readonly PastEntry[];
  /** What the last run left: sums, and when it was. */
  saved(): SavedRun;
  /** Calls back with each living entry, in the order of the table. */
  visit(take: (entry: Entry) => void, look?: Look): void;
  /** The same for the entries of some networks alone; the table is not read as a whole for them. */
  visitNetworks(networks: readonly Network[], take: (entry: Entry) => void, look?: Look): void;
}

/** Opens the table for reading. */
export function openTable(invocation: Invocation, settings: Settings): Table {
  const paths = statePaths(settings.state);
  const tell = damageTeller(invocation);
  const revocations = [
    ...ownRevocations(paths.revoked, tell),
    ...foreignRevocations(paths.tables, settings, tell),
  ];
  const policy = policyOf(settings, invocation.now, revocations);
  const permits = ownPermits(paths.permits, tell);
  const source = { path: paths.pairs, startsEmpty: false };
  let lastRun: SavedRun | undefined;
  const readLastRun = () => {
    const saved = readable(paths.cursors, () => readCursors(paths.cursors));
    if (!isDamage(saved)) return readable(paths.idle, () => withIdleRuns(saved, paths.idle));
    tell(paths.cursors, saved, { consequence: 'this answer lacks what the last run left' });
    return noRun;
  };
  const visit: Table['visit'] = (take, look = {}) => {
    const open: EntryOptions['openPairs'] = (use) => withPairs(source, use);
    const options = { openPairs: open, policy, permits, limits: settings, ...look };
    readable(paths.pairs, () => visitEntries(options, take));
  };
  return {
    settings,
    paths,
    policy,
    revocations,
    permits,
    past() {
      const past = readable(paths.history, () => readHistory(paths.history, invocation.now));
      if (!isDamage(past)) return past;
      tell(paths.history, past, { consequence: 'this answer lacks what ended before' });
      return [];
    },
    saved() {
      lastRun ??= readLastRun();
      return lastRun;
    },
    visit,
    visitNetworks(networks, take, look = {}) {
      const networkHolding = indexNetworks(networks, (network) => network);
      const isAsked = ({ address }: { readonly address: string }) => networkHolding(address) !== undefined;
      const { maxAddressesPerUser, maxUsersPerAddress, maxEntries } = settings;
      const { entries = 0, changes = [] } = look.news ?? {};
      // Who is over the limit, only all of a user's addresses tell; who finds room, the whole table.
      if (maxAddressesPerUser !== undefined || entries + changes.length + permits.length >= maxEntries) {
        visit((entry) => isAsked(entry) && take(entry), look);
        return;
      }
      const limits = { maxEntries: Number.POSITIVE_INFINITY, maxUsersPerAddress };
      const found = { path: paths.pairs, networks, policy, permits: permits.filter(isAsked), limits };
      readable(paths.pairs, () => visitFound(found, isAsked, take, look));
    },
  };
}

/** Tells of a file of the state that cannot be used, once; the table answers all the same. */
type TellDamage = (path: string, damage: Damage, told: Partial<Problem>) => void;

function damageTeller(invocation: Invocation): TellDamage {
  const told = new Set<string>();
  return (path, { damage }, more) => {
    if (told.has(path)) return;
    told.add(path);
    const fix = 'exact update sets it aside';
    invocation.report({ status: ExitStatus.ok, isWarning: true, where: path, what: damage, fix, ...more });
  };
}

function ownRevocations(path: string, tell: TellDamage): readonly Revocation[] {
  const read = readable(path, () => readRevocations(path));
  if (!isDamage(read)) return read.revocations;
  const consequence = 'no revocation is known here';
  tell(path, read, { status: ExitStatus.io, isWarning: false, consequence, fix: revokedFix });
  return [];
}

function ownPermits(path: string, tell: TellDamage): readonly Permit[] {
  const read = readable(path, () => readPermits(path));
  if (!isDamage(read)) return read.permits;
  const consequence = 'no permit holds';
  tell(path, read, { status: ExitStatus.io, isWarning: false, consequence, fix: permitsFix });
  return [];
}

function foreignRevocations(path: string, settings: Settings, tell: TellDamage): readonly Revocation[] {
  if (sharedTables(settings).length === 0) return [];
  const { tables, damage } = readable(path, () => readKnownTables(path));
  if (damage !== undefined) tell(path, damage, { consequence: 'other hosts may have revoked more' });
  return revokedElsewhere(settings, tables);
}

/** What the entries of some networks come from. */
interface Found {
  readonly path: string;
  readonly networks: readonly Network[];
  readonly policy: Policy;
  readonly permits: readonly Permit[];
  readonly limits: TableLimits;
}

function visitFound(
  { path, networks, policy, permits, limits }: Found,
  isAsked: (of: { readonly address: string }) => boolean,
  take: (entry: Entry) => void,
  { news, report }: Look,
): void {
  const pairs = foundPairs(path, networks);
  const asked = news && { ...news, changes: news.changes.filter(isAsked) };
  visitEntries(
    {
      openPairs: (use) => use(streamOf(pairs)),
      policy,
      permits,
      limits,
      ...(asked === undefined ? {} : { news: asked }),
      ...(report === undefined ? {} : { report }),
    },
    take,
  );
}

/** Networks may overlap: each pair comes once, in the order of the table. */
function foundPairs(path: string, networks: readonly Network[]): Pair[] {
  const fd = openPairs(path);
  if (fd === undefined) return [];
  try {
    const pairs = networks.flatMap((network) => findPairs(fd, ...keyRange(network)));
    const once = [...new Map(pairs.map((pair) => [formatPair(pair), pair])).values()];
    return once.length < 2 ? once : once.sort(comparePairs);
  } finally {
    closeSync(fd);
  }
}

function comparePairs(a: Pair, b: Pair): number {
  return compareAddresses(a.address, b.address) || compareUsers(a.user, b.user);
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
