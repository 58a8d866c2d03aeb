/** What became of pairs in a run: counted, logged, and with `--verbose` or `--json` told, one line each. */

import type { Invocation } from '../host/invocation.ts';
import type { Login } from '../relay/login.ts';
import type { MergeSink, Outcome } from '../relay/merge.ts';
import { expiryOf, type Pair } from '../relay/pair.ts';
import type { Refusal } from '../relay/policy.ts';
import type { PastEntry } from '../state/history-file.ts';
import { escapeControls } from '../terminal/escape.ts';
import { clockWords, utcText } from '../terminal/words.ts';
import { logLine } from './run-log.ts';
import type { WritingRun } from './writing-run.ts';

/** What became of a pair that did not stay as it was. */
type Change = Exclude<Outcome, 'kept'>;

/** Counts, logs and tells outcomes. */
export interface OutcomeReport {
  readonly counts: Record<Change, number>;
  readonly report: MergeSink['report'];
  /** Takes a login that does not count. */
  refuse(login: Login, refusal: Refusal): void;
  /** Writes a closing line, for people only. */
  say(line: string): void;
}

/** How many ends of one run are remembered. */
const mostPast = 10_000;

/** Who it is about. */
type Subject = Pick<Pair, 'address' | 'user' | 'server'>;

/**
 * Returns the report of a run. With `--dry-run` outcomes are told as with `--verbose`: they are what it is for,
 * unless the command has a summary of its own.
 */
export function reportOutcomes(
  invocation: Invocation,
  run: WritingRun,
  tellsRehearsal = invocation.has('dry-run'),
): OutcomeReport {
  const isJson = invocation.has('json');
  const isTold = invocation.has('verbose') || tellsRehearsal || isJson;
  const isLogged = run.settings.logging !== 'none' && run.lock !== undefined;
  const counts = { added: 0, refreshed: 0, expired: 0, revoked: 0, refused: 0 };

  const take = (outcome: Change, subject: Subject, expires: number, reason: string | undefined) => {
    counts[outcome]++;
    if (!isTold) return;
    const { address, user, server } = subject;
    if (isJson) {
      invocation.mention(
        `${JSON.stringify({ outcome, address, user, server, expires: utcText(expires), reason })}\n`,
      );
      return;
    }
    const until = clockWords(expires, invocation.now, run.settings.timezone);
    const end =
      reason ?? (outcome === 'expired' ? `at ${until}` : outcome === 'revoked' ? '' : `until ${until}`);
    invocation.mention(
      `${escapeControls(`${outcome.padEnd(9)}  ${address}  ${user} (${server})  ${end}`.trimEnd())}\n`,
    );
  };
  const log = (
    outcome: Change,
    { address, user, server }: Subject,
    until: number,
    reason: string | undefined,
  ) => {
    if (!isLogged) return;
    run.logLines.push(
      logLine({
        outcome: outcome === 'added' ? 'authorised' : outcome,
        address,
        user,
        server,
        until,
        reason,
      }),
    );
  };

  const remember = (kind: PastEntry['kind'], subject: Subject, time: number, login: number, reason = '') => {
    const { address, user, server } = subject;
    // A table that empties at once is not worth remembering whole.
    if (run.past.length < mostPast) run.past.push({ time, kind, address, user, server, login, reason });
  };

  const count = (counter: string) => run.counted.set(counter, (run.counted.get(counter) ?? 0) + 1);

  return {
    counts,
    report(outcome, pair, details) {
      const expires = expiryOf(pair, run.policy);
      const reason = details?.refusal?.reason;
      if (details?.refusal !== undefined) count(`refused ${details.refusal.kind}`);
      take(outcome, pair, expires, reason);
      if (outcome !== 'added' && outcome !== 'refreshed') {
        const time = outcome === 'expired' ? expires : invocation.now;
        remember(outcome, pair, time, pair.last, reason);
      }
      if (outcome !== 'refreshed' || isNewPeriod(details?.before, pair, run.policy.timeout)) {
        log(outcome, pair, expires, reason);
      }
    },
    refuse(login, refusal) {
      count(`refused ${refusal.kind}`);
      if (refusal.counter !== undefined) count(refusal.counter);
      const until = login.time + run.policy.timeout;
      take('refused', login, until, refusal.reason);
      if (refusal.kind !== 'too old') remember('refused', login, invocation.now, login.time, refusal.reason);
      // A rebuild meets thousands of old logins; that they are old is no news.
      if (refusal.kind !== 'too old') log('refused', login, until, refusal.reason);
    },
    say: (line) => {
      if (!isJson) invocation.mention(`${line}\n`);
    },
  };
}

/** Whether a refresh is the first in its period of one timeout, counted from the first login of the pair. */
function isNewPeriod(before: Pair | undefined, after: Pair, timeout: number): boolean {
  const period = (pair: Pair) => Math.floor((pair.last - after.first) / timeout);
  return before === undefined || period(after) > period(before);
}
