/**
 * A run, from what the last one left to what the next one finds: `read` new logins, `pass` over the table and publish
 * it, `end`. What is only a rehearsal, pairs that are damaged and tables that hosts share are seen to here, so that
 * `update`, `expire` and a run by the last good settings are the same in that.
 */
import type { ExitStatus } from '../exit-status.ts';
import { sharedTables } from '../maps/shared/shared-tables.ts';
import type { Problem } from '../problem.ts';
import { Batch } from '../relay/batch.ts';
import type { PairStream } from '../relay/pair-stream.ts';
import type { PairSums } from '../relay/pair-sums.ts';
import type { DroppedOutput } from '../state/cursors-file.ts';
import type { LockHolder } from '../state/lock.ts';
import { areLostPairs } from '../state/lost-pairs.ts';
import type { TableResult } from '../state/table-run.ts';
import { endRun } from './end-run.ts';
import { type LoginSource, nothingRead, type ReadSummary } from './login-source.ts';
import { OutcomeReport } from './outcome-report.ts';
import { isIdle, passOf } from './pass.ts';
import { readingTrouble } from './reading-trouble.ts';
import type { RunContext } from './run-context.ts';
import type { JudgedBy } from './saved-after.ts';
import type { ForgottenHost, SharedRun } from './shared/shared-run.ts';

/** What problems name, beside the table itself. */
const sharedNames = 'tables that hosts share';

/** How a run differs from that of `update`. */
export interface RunOptions {
  /** The command sums up itself what was revoked: a rehearsal tells no outcome by itself. */
  readonly sumsUpRevoked?: boolean;
  /** Is told who holds the lock, where the run cannot begin; by default that is told the user if it lasts. */
  readonly onHeld?: (path: string, holder: LockHolder) => void;
}

/** A run between its beginning and its end. */
export class Run {
  readonly context: RunContext;
  readonly #options: RunOptions;
  #source: LoginSource | undefined;
  #batch: Batch;
  #outcomes: OutcomeReport;
  #summary: ReadSummary | undefined;
  #result: TableResult | undefined;
  #sums: PairSums | undefined;
  #dropped: readonly DroppedOutput[] | undefined;
  #sharedRun: SharedRun | undefined;
  #judgedBy: JudgedBy | undefined;

  constructor(context: RunContext, options: RunOptions) {
    this.context = context;
    this.#options = options;
    this.#batch = new Batch(context.policy);
    this.#outcomes = new OutcomeReport(context, options);
  }

  /** What became of pairs, so far. */
  get outcomes(): OutcomeReport {
    return this.#outcomes;
  }

  /** What was read; undefined where nothing was to be. */
  get summary(): ReadSummary | undefined {
    return this.#summary;
  }

  /** Whether the pass has been made, and every map published. */
  get isPublished(): boolean {
    return this.#result?.failures.length === 0;
  }

  /** Shared tables that do not have what this host has revoked, without passwords. */
  get unreached(): readonly string[] {
    return this.#sharedRun?.unreached() ?? [];
  }

  /** Takes problems that were met before the run, to be told at its end. */
  meet(problems: readonly Problem[]): void {
    for (const problem of problems) this.context.record.meet(problem);
  }

  /** Reads new logins. Whatever keeps the run from that is a problem met, and no new login counts. */
  async read(source: LoginSource): Promise<void> {
    this.#source = source;
    await this.#learn();
    await this.#readSource();
  }

  /**
   * Merges what was read into the table, publishes it, and does in shared tables what was done in the files of this
   * host. Where nothing can have changed it does nothing, unless `evenIfIdle`.
   */
  async pass({ evenIfIdle = false } = {}): Promise<void> {
    await this.#withoutLostPairs(async () => {
      await this.#passOnce(evenIfIdle);
      await this.#emptyDropped();
      await this.#share();
    });
  }

  /** Ends refusals in shared tables, of whichever host they are. A rehearsal asks no server. */
  async undoInTables(subjects: Parameters<SharedRun['undo']>[0]): Promise<void> {
    if (this.#sharesTables) await (await this.#shared()).undo(subjects);
  }

  /** Takes a host out of shared tables; returns what was found of it, or undefined where no table is shared. */
  async forgetHost(source: string): Promise<ForgottenHost | undefined> {
    return this.#sharesTables ? (await this.#shared()).forgetHost(source) : undefined;
  }

  /** Sends to shared tables what was revoked, without a pass. */
  async share(): Promise<void> {
    await this.#withoutLostPairs(() => this.#share());
  }

  /** Lets `take` look at each pair on disk. */
  async visitPairs(take: (stream: PairStream) => void): Promise<void> {
    const { withPairs } = await import('../state/table-run.ts');
    await this.#withoutLostPairs(() => {
      const { paths, hasLostPairs } = this.context;
      withPairs({ path: paths.pairs, startsEmpty: hasLostPairs }, (stream) => {
        while (stream.next()) take(stream);
      });
    });
  }

  /** Tells the problems met, saves what the next run needs, and returns the exit status. */
  async end(): Promise<ExitStatus> {
    await this.#sum();
    this.#sharedRun?.close();
    return endRun(this.context, {
      table: this.#result,
      judgedBy: this.#judgedBy,
      progress: this.#summary?.progress,
      sums: this.#sums,
      dropped: this.#dropped ?? (await this.#findDropped()),
    });
  }

  /** Whether there are tables of several hosts to read and write; a rehearsal asks no server. */
  get #sharesTables(): boolean {
    return !this.context.isRehearsal && sharedTables(this.context.settings).length > 0;
  }

  async #shared(): Promise<SharedRun> {
    this.#sharedRun ??= await (await import('./shared/shared-run.ts')).SharedRun.of(this.context);
    return this.#sharedRun;
  }

  /** Asks shared tables for what other hosts have revoked. */
  async #learn(): Promise<void> {
    if (!this.#sharesTables) return;
    try {
      await (await this.#shared()).learn();
    } catch (error) {
      this.context.record.meet(readingTrouble(error, sharedNames));
      this.context.distrust();
    }
  }

  async #readSource(): Promise<void> {
    const { context } = this;
    this.#startOver();
    if (this.#source === undefined) return;
    this.#summary = nothingRead;
    if (!context.isTrusted) return;
    try {
      this.#summary = await this.#source.readInto(this.#batch, context, this.#outcomes);
    } catch (error) {
      if (context.isRehearsal) throw error;
      this.#startOver();
      context.record.meet(readingTrouble(error, this.#source.names.join(' and ')), { isOfLog: true });
    }
  }

  /** Forgets what became of logins and pairs, and what was read. */
  #startOver(): void {
    this.context.record.restart();
    this.#batch = new Batch(this.context.policy);
    this.#outcomes = new OutcomeReport(this.context, this.#options);
  }

  async #passOnce(evenIfIdle: boolean): Promise<void> {
    const { context } = this;
    // A rebuild trusts the log alone; where the log cannot be read, what is in the table stays until it expires.
    const forgets = this.#source?.isRebuild === true && this.#summary?.isIncomplete === false;
    if (!evenIfIdle && !forgets && this.#isIdle()) return;
    const { rehearseTable, runTable } = await import('../state/table-run.ts');
    const pass = passOf(context, this.#batch, this.#outcomes.report, forgets);
    if (context.isRehearsal) rehearseTable(pass);
    else {
      const { revokedFile, policyText } = context;
      this.#result = runTable(pass);
      // What is learned of other hosts after the pass is for the next one.
      this.#judgedBy = { revokedFile, policyText };
      this.#dropEndedPermits();
    }
  }

  /** What stays on file though it has ended is not published again, and the next pass tries once more. */
  #dropEndedPermits(): void {
    const { paths, record } = this.context;
    try {
      this.context.dropEndedPermits();
    } catch (error) {
      record.meet(readingTrouble(error, paths.permits, 'the relay table is published all the same'));
    }
  }

  /** What cannot be looked at is met by the pass, and told there. */
  #isIdle(): boolean {
    try {
      return isIdle(this.context, this.#batch);
    } catch {
      return false;
    }
  }

  /** Empties what an earlier configuration had published; a rehearsal does not. */
  async #emptyDropped(): Promise<void> {
    const dropped = this.context.isRehearsal ? [] : await this.#findDropped();
    if (dropped.length === 0) return;
    const { emptyOutputs } = await import('./dropped-outputs.ts');
    this.#dropped = await emptyOutputs(this.context, dropped);
  }

  /** Returns the outputs that are configured no more; while nothing has changed there are none but those left over. */
  async #findDropped(): Promise<readonly DroppedOutput[]> {
    const { saved, policyText } = this.context;
    if (saved.policy === policyText && saved.dropped === undefined) return [];
    return (await import('./dropped-outputs.ts')).droppedOutputs(this.context);
  }

  async #share(): Promise<void> {
    if (!this.#sharesTables) return;
    try {
      await (await this.#shared()).push(this.#result !== undefined);
    } catch (error) {
      if (areLostPairs(error)) throw error;
      this.context.record.meet(readingTrouble(error, sharedNames, 'what changed is sent by a later run'));
    }
  }

  /** Sums up the pairs on disk, if metrics ask for it: as long as the table stays, so do its sums. */
  async #sum(): Promise<void> {
    const { settings, saved, isRehearsal, paths } = this.context;
    this.#sums = this.#result === undefined ? saved.sums : undefined;
    if (settings.metrics === undefined || isRehearsal || this.#sums !== undefined) return;
    const { sumPairs } = await import('../state/sum-pairs.ts');
    try {
      this.#sums = sumPairs(paths.pairs);
    } catch (error) {
      this.context.record.meet(readingTrouble(error, paths.pairs, 'the metrics have no sums'));
    }
  }

  /**
   * Does a step that reads the pairs on disk. Pairs that cannot be read are set aside, no address may stay in a map
   * whose end nobody knows any more; the log, read back, gives them again, and the step is done once more.
   */
  async #withoutLostPairs(step: () => void | Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (!this.context.giveUpPairs(error)) throw error;
      // What was handed over comes once; it is merged with no pairs, and the next run reads the log back.
      if (this.#source?.isRepeatable !== false) await this.#readSource();
      await step();
    }
  }
}
