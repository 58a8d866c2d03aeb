/** What became of pairs in a run: counted, and with `--verbose` or `--json` told, one line each. */
import type { Login } from '../relay/login.ts';
import type { MergeSink, Outcome } from '../relay/merge.ts';
import { expiryOf, type Pair } from '../relay/pair.ts';
import type { Refusal } from '../relay/policy.ts';
import { escapeControls } from '../terminal/escape.ts';
import { clockWords, utcText } from '../terminal/words.ts';
import type { Invocation } from './invocation.ts';
import type { WritingRun } from './writing-run.ts';

/** Counts and tells outcomes. */
export interface OutcomeReport {
  readonly counts: Record<Exclude<Outcome, 'kept'>, number>;
  readonly report: MergeSink['report'];
  /** Tells a login that does not count. */
  refuse(login: Login, refusal: Refusal): void;
  /** Writes a closing line, for people only. */
  say(line: string): void;
}

/** Returns the report of a run. With `--dry-run` outcomes are always told: they are what it is for. */
export function tellOutcomes(invocation: Invocation, run: WritingRun): OutcomeReport {
  const isJson = invocation.has('json');
  const isTold = invocation.has('verbose') || invocation.has('dry-run') || isJson;
  const { stdout } = invocation.world;
  const counts = { added: 0, refreshed: 0, expired: 0, revoked: 0, refused: 0 };
  const tell = (outcome: keyof typeof counts, who: Told, expires: number, reason: string | undefined) => {
    counts[outcome]++;
    if (!isTold) return;
    if (isJson) {
      const { address, user, server } = who;
      stdout.write(
        `${JSON.stringify({ outcome, address, user, server, expires: utcText(expires), reason })}\n`,
      );
      return;
    }
    const until = clockWords(expires, invocation.now, run.settings.timezone);
    const end =
      reason ?? (outcome === 'expired' ? `at ${until}` : outcome === 'revoked' ? '' : `until ${until}`);
    const name = escapeControls(who.user);
    stdout.write(`${outcome.padEnd(9)}  ${who.address}  ${name} (${who.server})  ${end}`.trimEnd());
    stdout.write('\n');
  };
  return {
    counts,
    report: (outcome, pair, refusal) => tell(outcome, pair, expiryOf(pair, run.policy), refusal?.reason),
    refuse(login, refusal) {
      for (const counter of [`refused ${refusal.kind}`, refusal.counter ?? '']) {
        if (counter !== '') run.counted.set(counter, (run.counted.get(counter) ?? 0) + 1);
      }
      tell('refused', login, login.time + run.policy.timeout, refusal.reason);
    },
    say: (line) => {
      if (!isJson) stdout.write(`${line}\n`);
    },
  };
}

type Told = Pick<Pair, 'address' | 'user' | 'server'>;
