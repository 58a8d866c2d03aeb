/**
 * One pass over the relay table: the pairs on disk merged with what a run brings, into a new pairs file and
 * all maps at once. Nothing is in its place before all of it is complete; then maps first, pairs after, so
 * that a crash in between leaves maps that the next run derives again.
 */
import { closeSync, existsSync } from 'node:fs';
import type { ExitStatus } from '../exit-status.ts';
import { NotRegular, openRegular } from '../host/regular-file.ts';
import type { Output } from '../maps/output.ts';
import { type FileIdentity, identityOf, type PublishedMap, Publisher } from '../maps/publisher.ts';
import { errnoOf, Failure, reasonOf, statusOf } from '../problem.ts';
import { type Address, addressOf } from '../relay/address.ts';
import type { Changes } from '../relay/batch.ts';
import { type Bounds, boundsOf, type LimitFindings, type TableLimits } from '../relay/bounds.ts';
import { countedPass } from '../relay/counted-pass.ts';
import { type MergeOptions, type MergeResult, type MergeSink, merge } from '../relay/merge.ts';
import { type PairStream, streamOf } from '../relay/pair-stream.ts';
import { livingPermits, type Permit } from '../relay/permit.ts';
import type { Policy } from '../relay/policy.ts';
import type { FormOf } from '../relay/published-form.ts';
import type { Stretch } from '../relay/stretch.ts';
import { UnreadablePairs } from './lost-pairs.ts';
import { StateDamage } from './state-file.ts';
import { StateReader } from './state-reader.ts';
import { StateWriter } from './state-writer.ts';

/** What a pass needs. */
export interface TableRun {
  /** The pairs file; it may be missing. */
  readonly path: string;
  /** Whether the pairs on disk count; a rebuild leaves them out. */
  readonly startsEmpty: boolean;
  /** Sorted as the table is. */
  readonly changes: Changes;
  readonly strayLogouts: ReadonlyMap<string, number>;
  readonly policy: Policy;
  /** Who was let in by hand. */
  readonly permits: readonly Permit[];
  readonly judgesOldPairs: boolean;
  /** Pairs on disk, as the last run counted them. */
  readonly entries: number;
  readonly limits: TableLimits;
  readonly outputs: readonly Output[];
  /** What maps name for an address. */
  readonly formOf: FormOf;
  readonly published: Readonly<Record<string, PublishedMap>>;
  /** Puts maps in place even if they say what they said. */
  readonly forcesMaps: boolean;
  /** Told what became of each pair that did not stay as it was. */
  readonly report: MergeSink['report'];
}

/** What a pass leaves. */
export interface TableResult extends MergeResult, LimitFindings {
  readonly maps: Record<string, PublishedMap>;
  /** Whether a map has been put in its place. */
  readonly isChanged: boolean;
  readonly pairsFile: FileIdentity | undefined;
  /** Maps that could not be published. */
  readonly failures: readonly Failure[];
  /** Addresses over `max-users-per-address`, as many as are worth remembering, and how many users each has. */
  readonly crowded: Readonly<Record<string, number>>;
}

/** So many addresses with too many users are remembered, those with most. */
const mostCrowds = 100;

/** Makes the pass and puts everything in its place. Damage to the pairs file is thrown as StateDamage. */
export function runTable(run: TableRun): TableResult {
  const options = mergeOptions(run);
  const { overLimit, full, crowds, addressLimit } = options.bounds;
  const writer = new StateWriter(run.path);
  const publisher = new Publisher(run.outputs, run.formOf);
  const { namesUsers } = publisher;
  const nameUser = (key: string, address: Address, user: string) => {
    if (namesUsers && !crowds.has(key) && !addressLimit.isOver(key, () => user))
      publisher.addUser(address, user);
  };
  try {
    const result = withPairs(run, (stream) =>
      merge(
        stream,
        run.changes,
        {
          keep(kept) {
            writer.keep(kept as StateReader);
            if (namesUsers) nameUser(kept.key, kept.address(), kept.user());
          },
          ...(namesUsers
            ? {}
            : {
                keepStretch(stretch: Stretch) {
                  writer.keepStretch(stretch);
                  publisher.addLines(stretch.addresses, stretch.isIPv6);
                },
              }),
          write(pair, key) {
            writer.write(pair);
            nameUser(key, pair.address, pair.user);
          },
          permit({ address, user }) {
            if (namesUsers) publisher.addUser(address, user);
          },
          publish: (address) => publisher.add(address),
          report: run.report,
        },
        options,
      ),
    );
    publisher.finish();
    writer.finish();
    const maps = publisher.publish(run.published, run.forcesMaps);
    writer.commit();
    const { isChanged, failures } = publisher;
    const pairsFile = identityOf(run.path);
    return { ...sums(result), maps, isChanged, pairsFile, failures, overLimit, full, crowded: most(crowds) };
  } finally {
    publisher.discard();
    writer.discard();
  }
}

/** Makes the pass without writing anything, as `--dry-run` does. */
export function rehearseTable(run: TableRun): MergeResult {
  const options = mergeOptions(run);
  const sink = {
    keep: () => {},
    keepStretch: () => {},
    write: () => {},
    publish: () => {},
    report: run.report,
  };
  return sums(withPairs(run, (stream) => merge(stream, run.changes, sink, options)));
}

function sums({ pairs, published, permitted, nextExpiry }: MergeResult): MergeResult {
  return { pairs, published, permitted, nextExpiry };
}

function most(crowds: Bounds['crowds']): Record<string, number> {
  const sorted = [...crowds].sort(([, a], [, b]) => b - a).slice(0, mostCrowds);
  return Object.fromEntries(sorted.map(([key, users]) => [addressOf(key), users]));
}

function mergeOptions(run: TableRun): MergeOptions & { readonly bounds: Bounds & LimitFindings } {
  const { policy, permits, strayLogouts, judgesOldPairs, limits, changes } = run;
  const options = { policy, permits, strayLogouts, judgesOldPairs };
  // How many pairs a state holds that is not the last run's, nobody knows.
  const known = judgesOldPairs ? undefined : run.entries;
  const isEmpty = run.startsEmpty || !existsSync(run.path);
  const entries = isEmpty ? 0 : known;
  const pass = countedPass((use) => withPairs(run, (stream) => use(stream, changes, options)));
  const permitted = livingPermits(permits, policy).length;
  const asked = { limits, entries, changes: changes.length, permits: permitted, pass };
  return { ...options, bounds: boundsOf(asked) };
}

/** Opens the pairs on disk as a stream, from the start, for as long as `use` takes. */
export function withPairs<Result>(
  source: { readonly path: string; readonly startsEmpty: boolean },
  use: (stream: PairStream) => Result,
): Result {
  const fd = source.startsEmpty ? undefined : openPairs(source.path);
  if (fd === undefined) return use(streamOf([]));
  try {
    return use(new StateReader(fd));
  } catch (error) {
    // Nothing else is read in the course of it.
    if (error instanceof Error && 'syscall' in error && error.syscall === 'read') {
      throw unreadable(source.path, statusOf(error, 'reading'), reasonOf(error));
    }
    // The checksum comes last: a line before it that is no pair may have led to anything.
    if (!isExpected(error)) readThrough(source.path);
    throw error;
  } finally {
    closeSync(fd);
  }
}

function isExpected(error: unknown): boolean {
  return error instanceof StateDamage || error instanceof Failure || errnoOf(error) !== undefined;
}

/** Throws {@link StateDamage} if the pairs file is damaged. */
function readThrough(path: string): void {
  const fd = openPairs(path);
  if (fd === undefined) return;
  try {
    const stream = new StateReader(fd);
    while (stream.next());
  } finally {
    closeSync(fd);
  }
}

/**
 * Opens the pairs file; undefined if there is none. Where something else stands under its name, a FIFO or a folder,
 * {@link StateDamage} is thrown, and {@link UnreadablePairs} where it cannot be opened.
 */
export function openPairs(path: string): number | undefined {
  try {
    return openRegular(path).fd;
  } catch (error) {
    if (error instanceof NotRegular) throw new StateDamage(error.message);
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw unreadable(path, statusOf(error, 'reading'), reasonOf(error));
  }
}

function unreadable(path: string, status: ExitStatus, why: string): UnreadablePairs {
  return new UnreadablePairs({ status, where: path, what: 'cannot read', why });
}
