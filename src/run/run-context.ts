/**
 * What all steps of a run have in common: what it was begun with, what it goes by, and what it has met. What it goes
 * by changes in the few ways that the methods name.
 */
import { isDeepStrictEqual } from 'node:util';
import { policyOf } from '../config/policy.ts';
import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import type { Invocation } from '../host/invocation.ts';
import { type FileIdentity, identityOf, isSameFile } from '../maps/publisher.ts';
import { Failure } from '../problem.ts';
import { addPermit, livingPermits, longestPermit, type Permit } from '../relay/permit.ts';
import type { Policy } from '../relay/policy.ts';
import { type Revocation, stillNeeded } from '../relay/revocation.ts';
import type { SavedRun } from '../state/cursors-file.ts';
import type { Lock } from '../state/lock.ts';
import { areLostPairs, UnreadablePairs } from '../state/lost-pairs.ts';
import { permitsFix, writePermits } from '../state/permits-file.ts';
import { writeRevocations } from '../state/revoked-file.ts';
import { setAside } from '../state/set-aside.ts';
import type { StatePaths } from '../state/state-paths.ts';
import { type KnownTables, revokedElsewhere } from '../state/tables-file.ts';
import { damageProblem, type LastRun } from './last-run.ts';
import { policyText } from './policy-text.ts';
import type { RunRecord } from './run-record.ts';

/** A log may be read back so far beyond what can still count. Seconds. */
const day = 86_400;

/** What a run is begun with. */
interface Begun {
  readonly invocation: Invocation<'dry-run'>;
  readonly settings: Settings;
  readonly paths: StatePaths;
  /** undefined: a rehearsal, which changes nothing. */
  readonly lock: Lock | undefined;
  readonly last: LastRun;
  readonly record: RunRecord;
}

/** A run between its lock and its end. */
export class RunContext {
  readonly invocation: Invocation<'dry-run'>;
  readonly settings: Settings;
  readonly paths: StatePaths;
  readonly lock: Lock | undefined;
  readonly saved: SavedRun;
  readonly record: RunRecord;
  readonly #last: LastRun;
  #permits: readonly Permit[];
  #permitsFile: FileIdentity | undefined;
  #isTrusted: boolean;
  #revocations: readonly Revocation[];
  #revokedFile: FileIdentity | undefined;
  #hasRevoked = false;
  #known: KnownTables;
  #away: ReadonlySet<string> = new Set();
  #startsAfresh: boolean;
  #hasLostPairs = false;
  #policy: Policy;

  constructor({ invocation, settings, paths, lock, last, record }: Begun) {
    this.invocation = invocation;
    this.settings = settings;
    this.paths = paths;
    this.lock = lock;
    this.saved = last.saved;
    this.record = record;
    this.#last = last;
    this.#isTrusted = last.isWhole;
    this.#permits = last.permits ?? [];
    this.#permitsFile = last.permitsFile;
    this.#revocations = last.revocations ?? [];
    this.#revokedFile = last.revokedFile;
    this.#known = last.known;
    this.#startsAfresh = last.pairsFile === undefined || !isSameFile(last.pairsFile, last.saved.pairs);
    this.#policy = this.#currentPolicy();
  }

  /** Whether the run only says what it would do. */
  get isRehearsal(): boolean {
    return this.lock === undefined;
  }

  /** Whether all that decides which logins count could be read. */
  get isTrusted(): boolean {
    return this.#isTrusted;
  }

  /** What logins and pairs are judged by. */
  get policy(): Policy {
    return this.#policy;
  }

  /** The same, and where it is published, to be compared with the last run's. */
  get policyText(): string {
    return policyText(this.settings, this.#policy, this.#known);
  }

  /** Revocations of this host. */
  get revocations(): readonly Revocation[] {
    return this.#revocations;
  }

  /** Those of them that no reading of a log may forget yet. */
  get neededRevocations(): Revocation[] {
    const { timeout, sessionLimit } = this.settings;
    // A permit that is void may still be on file, where it could not be taken out.
    const memory = Math.max(timeout, sessionLimit, this.#permits.length > 0 ? longestPermit : 0);
    return stillNeeded(this.#revocations, this.invocation.now, memory + day);
  }

  /** Revocations of hosts that share a table with this one. */
  get elsewhere(): Revocation[] {
    return revokedElsewhere(this.settings, this.#known);
  }

  /** The file of revocations that the table is judged by: one that it was not judged by leaves no run idle. */
  get revokedFile(): FileIdentity | undefined {
    return this.#revokedFile;
  }

  /** Whether this run itself has changed what is revoked. */
  get hasRevoked(): boolean {
    return this.#hasRevoked;
  }

  /** Who was let in by hand, as it is on file. */
  get permits(): readonly Permit[] {
    return this.#permits;
  }

  /** The file of permits that the maps are made with. */
  get permitsFile(): FileIdentity | undefined {
    return this.#permitsFile;
  }

  /** Addresses of this host's own interfaces. */
  get own(): LastRun['own'] {
    return this.#last.own;
  }

  /** What is known of the tables that hosts share. */
  get known(): KnownTables {
    return this.#known;
  }

  /** Keys of tables whose server did not answer in this run. */
  get away(): ReadonlySet<string> {
    return this.#away;
  }

  /** The pairs on disk are not those that the cursors go with (missing, damaged, restored): the log decides. */
  get startsAfresh(): boolean {
    return this.#startsAfresh;
  }

  /** The pairs on disk could not be read, and count for nothing. */
  get hasLostPairs(): boolean {
    return this.#hasLostPairs;
  }

  /** Lets no new login count: something that decides about it could not be read. */
  distrust(): void {
    this.#isTrusted = false;
  }

  /** Goes by what has been learned of the tables that hosts share, but for those that are away. */
  learn(known: KnownTables, away: ReadonlySet<string>): void {
    this.#known = known;
    this.#away = away;
    this.#policy = this.#currentPolicy();
  }

  /** Puts revocations in force in the place of those that were, on disk first. Throws a Failure as writing does. */
  revoke(revocations: readonly Revocation[]): void {
    // Those that could not be read stand in the file still, and a log cannot give them back.
    if (this.#last.revocations !== undefined) {
      // Synced before any map is published: a crash must not bring back what was revoked.
      if (this.lock !== undefined) writeRevocations(this.paths.revoked, revocations);
      this.#revokedFile = identityOf(this.paths.revoked);
    }
    this.#revocations = revocations;
    this.#hasRevoked = true;
    this.#policy = this.#currentPolicy();
  }

  /** Lets an address in, on disk first. Throws a Failure as writing does, and where those on file cannot be read. */
  permit(permit: Permit): void {
    if (this.#last.permits === undefined) {
      const { permits: where } = this.paths;
      const what = 'cannot be added to, since it cannot be read';
      throw new Failure({ status: ExitStatus.io, where, what, fix: permitsFix });
    }
    this.#putPermits(addPermit(this.#permits, permit));
  }

  /** Takes out of the file the permits that hold no longer, once the maps are without them. */
  dropEndedPermits(): void {
    const living = livingPermits(this.#permits, this.#policy);
    if (this.#last.permits === undefined || isDeepStrictEqual(living, this.#permits)) return;
    this.#putPermits(living);
  }

  #putPermits(permits: readonly Permit[]): void {
    if (this.lock !== undefined) writePermits(this.paths.permits, permits);
    this.#permits = permits;
    this.#permitsFile = identityOf(this.paths.permits);
  }

  /**
   * Sets pairs aside that cannot be read, if that is what an error says; a rehearsal only leaves damaged ones out.
   * Returns whether the run can go on without them.
   */
  giveUpPairs(error: unknown): boolean {
    if (this.#hasLostPairs || !areLostPairs(error)) return false;
    if (error instanceof UnreadablePairs) {
      if (this.lock === undefined) return false;
      const aside = this.#setPairsAside('corrupt');
      this.record.meet({ ...error.problem, consequence: `moved to ${aside} and rebuilt from the log` });
    } else {
      const aside = this.#setPairsAside(error.isNewer ? 'newer' : 'corrupt');
      this.record.meet(damageProblem(this.paths.pairs, error.message, aside));
    }
    this.#startsAfresh = true;
    this.#hasLostPairs = true;
    return true;
  }

  #setPairsAside(kind: 'newer' | 'corrupt'): string | undefined {
    return this.lock === undefined ? undefined : setAside(this.paths.pairs, this.invocation.now, kind);
  }

  #currentPolicy(): Policy {
    const revocations = [...this.#revocations, ...this.elsewhere];
    return policyOf(this.settings, this.invocation.now, revocations, this.#last.own);
  }
}
