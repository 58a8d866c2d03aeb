/** What became of pairs in a run: counted, logged, remembered, and with `--verbose` or `--json` told, one line each. */
import type { Login } from '../relay/login.ts';
import type { MergeSink, PairOutcome } from '../relay/merge.ts';
import { expiryOf, type Pair } from '../relay/pair.ts';
import { asPair, type Permit, permitWords } from '../relay/permit.ts';
import type { Refusal } from '../relay/refusal.ts';
import type { PastEntry } from '../state/history-file.ts';
import { escapeControls } from '../terminal/escape.ts';
import { clockWords, utcText } from '../terminal/words.ts';
import type { RunContext } from './run-context.ts';
import { logLine } from './run-log.ts';

/** What became of a pair that did not stay as it was. */
type Change = Exclude<PairOutcome, 'kept'>;

/** Who it is about. */
type Subject = Pick<Pair, 'address' | 'user' | 'server'>;

/** What became of one pair or login. */
interface Happened {
  readonly outcome: Change;
  readonly subject: Subject;
  /** Unix seconds until which it relays, would have, or did. */
  readonly until: number;
  readonly reason: string | undefined;
}

/** How outcomes are told. */
interface ReportOptions {
  /** The command sums up what was revoked: the pairs are kept for that, and a rehearsal tells none by itself. */
  readonly sumsUpRevoked?: boolean;
}

/** Counts, logs and tells outcomes. */
export class OutcomeReport {
  readonly counts: Record<Change, number> = { added: 0, refreshed: 0, expired: 0, revoked: 0, refused: 0 };
  /** Pairs that were revoked, where the command sums them up. */
  readonly revoked: Pair[] = [];
  readonly #context: RunContext;
  readonly #sumsUpRevoked: boolean;
  readonly #isJson: boolean;
  readonly #isTold: boolean;
  readonly #isLogged: boolean;

  /** With `--dry-run` outcomes are told as with `--verbose`: they are what it is for. */
  constructor(context: RunContext, { sumsUpRevoked = false }: ReportOptions) {
    const { invocation, settings, isRehearsal } = context;
    this.#context = context;
    this.#sumsUpRevoked = sumsUpRevoked;
    this.#isJson = invocation.has('json');
    this.#isTold = this.#isJson || invocation.has('verbose') || (isRehearsal && !sumsUpRevoked);
    this.#isLogged = settings.logging !== 'none' && !isRehearsal;
  }

  /** Takes what became of a pair in the merge. */
  readonly report: MergeSink['report'] = (outcome, pair, details) => {
    const { invocation, record, policy } = this.#context;
    const until = details?.until ?? expiryOf(pair, policy);
    const reason = details?.refusal?.reason;
    const happened = { outcome, subject: pair, until, reason };
    if (details?.refusal !== undefined) record.count(`refused ${details.refusal.kind}`);
    if (outcome === 'revoked' && this.#sumsUpRevoked) this.revoked.push(pair);
    this.#take(happened);
    if (outcome !== 'added' && outcome !== 'refreshed') {
      this.#remember(outcome, pair, {
        time: outcome === 'expired' ? until : invocation.now,
        login: pair.last,
        reason,
      });
    }
    if (outcome !== 'refreshed' || isNewPeriod(details?.before, pair, policy.timeout)) this.#log(happened);
  };

  /** Takes a permit that was given. */
  admit(permit: Permit): void {
    const { until } = permit;
    const reason = permitWords(permit);
    const happened: Happened = { outcome: 'added', subject: asPair(permit), until, reason };
    this.#take(happened);
    this.#log(happened);
  }

  /** Takes a login that does not count. */
  refuse(login: Login, refusal: Refusal): void {
    const { invocation, record, policy } = this.#context;
    const { kind, reason, counter } = refusal;
    const happened: Happened = {
      outcome: 'refused',
      subject: login,
      until: login.time + policy.timeout,
      reason,
    };
    record.count(`refused ${kind}`);
    if (counter !== undefined) record.count(counter);
    this.#take(happened);
    // A rebuild meets thousands of old logins; that they are old is no news.
    if (kind === 'too old') return;
    this.#remember('refused', login, { time: invocation.now, login: login.time, reason });
    this.#log(happened);
  }

  /** Writes a closing line, for people only. */
  say(line: string): void {
    if (!this.#isJson) this.#context.invocation.mention(`${line}\n`);
  }

  #take(happened: Happened): void {
    this.counts[happened.outcome]++;
    if (this.#isTold)
      this.#context.invocation.mention(this.#isJson ? jsonLine(happened) : this.#line(happened));
  }

  #line({ outcome, subject: { address, user, server }, until, reason }: Happened): string {
    const { invocation, settings } = this.#context;
    const time = clockWords(until, invocation.now, settings.timezone);
    const usual = outcome === 'expired' ? `at ${time}` : outcome === 'revoked' ? '' : `until ${time}`;
    const words = `${outcome.padEnd(9)}  ${address}  ${user} (${server})  ${reason ?? usual}`;
    return `${escapeControls(words.trimEnd())}\n`;
  }

  #log({ outcome, subject: { address, user, server }, until, reason }: Happened): void {
    if (!this.#isLogged) return;
    const logged = outcome === 'added' ? 'authorised' : outcome;
    this.#context.record.log(logLine({ outcome: logged, address, user, server, until, reason }));
  }

  #remember(
    kind: PastEntry['kind'],
    { address, user, server }: Subject,
    { time, login, reason = '' }: { time: number; login: number; reason: string | undefined },
  ): void {
    this.#context.record.remember({ time, kind, address, user, server, login, reason });
  }
}

function jsonLine({ outcome, subject: { address, user, server }, until, reason }: Happened): string {
  return `${JSON.stringify({ outcome, address, user, server, expires: utcText(until), reason })}\n`;
}

/** Whether a refresh is the first in its period of one timeout, counted from the first login of the pair. */
function isNewPeriod(before: Pair | undefined, after: Pair, timeout: number): boolean {
  const period = (pair: Pair) => Math.floor((pair.last - after.first) / timeout);
  return before === undefined || period(after) > period(before);
}
