/** What a run recognises lines with: loaded all at once when the first line comes, since an idle run does without. */
import { badRules, recognizerFor, wantedRules } from '../config/recognition.ts';
import type { Problem } from '../problem.ts';
import type { Recognizer } from '../recognize/recognizer.ts';
import { createScanner, type Scanner } from '../recognize/scan.ts';
import { soughtLines } from '../recognize/sought-lines.ts';
import type { Rule } from '../rules/rule.ts';
import { LogMemory } from './log-memory.ts';
import type { SavedLogs } from './login-source.ts';
import type { RunContext } from './run-context.ts';
import { countedNearMisses } from './run-record.ts';
import type { NearMissCount } from './watch/near-misses.ts';
import { type LineWatch, watchLines } from './watch/watch-lines.ts';

/** What recognises the lines of the logs. */
export interface LoadedScanner {
  readonly recognizer: Recognizer;
  readonly scanner: Scanner;
  readonly watch: LineWatch;
  /** Undefined where no `metrics` ask for them. */
  readonly nearMisses: NearMissCount | undefined;
  /** Begins with a maillog. */
  remember(maillog: string, saved: SavedLogs): LogMemory;
}

/** Returns it with the rules of the configuration; undefined where these cannot be used, which is told. */
export async function loadScanner(context: RunContext): Promise<LoadedScanner | undefined> {
  const { settings, saved, record } = context;
  const { rules, problems } = await wantedRules(settings);
  const tell = (problem: Problem) => record.meet(problem, { isOfLines: true });
  for (const problem of problems) tell(problem);
  if (badRules(problems).length > 0) return undefined;
  // The built-in rules are held by tests.
  const isOwn = rules.some(({ origin }) => origin !== 'built in');
  const watched = isOwn
    ? (await import('./careless-rules.ts')).watchRules(rules, saved.problems, tell)
    : rules;
  const recognizer = recognizerFor(settings, watched, { logouts: settings.sessions });
  recognizer.importHalfOpen(saved.pending);
  record.sought = soughtLines(rules);
  return {
    recognizer,
    scanner: createScanner(recognizer),
    watch: await watchLines(context),
    nearMisses: settings.metrics === undefined ? undefined : await countNearMisses(context, rules),
    remember: (maillog, logs) => new LogMemory(maillog, logs, recognizer, settings.sessions),
  };
}

async function countNearMisses(
  { settings, record }: RunContext,
  rules: readonly Rule[],
): Promise<NearMissCount> {
  const { NearMissCount } = await import('./watch/near-misses.ts');
  return new NearMissCount(settings, rules, (server) => record.count(`${countedNearMisses}${server}`));
}
