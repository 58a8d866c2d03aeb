/** From the configuration to a recognizer: the rules that are wanted, read and compiled, and the time zone. */

import { ExitStatus } from '../exit-status.ts';
import { readText } from '../host/read-text.ts';
import { type Problem, reasonOf } from '../problem.ts';
import { createRecognizer, type Recognizer, type RecognizerOptions } from '../recognize/recognizer.ts';
import { loadRules } from '../rules/load-rules.ts';
import type { Rule } from '../rules/rule.ts';
import type { ReplacedStanza } from '../rules/servers-files.ts';
import type { Settings } from './settings.ts';
import { zoneOf } from './time-zone.ts';

/** Rules ready for use, or what is wrong with them. */
export interface WantedRules {
  readonly rules: readonly Rule[];
  readonly problems: readonly Problem[];
  /** What an admin should know and need not act upon. */
  readonly notes: readonly ReplacedStanza[];
}

/** Loads the rules of the configuration, or of `servers` where a command names some. */
export async function wantedRules(settings: Settings, servers: readonly string[] = []): Promise<WantedRules> {
  const unreadable: Problem[] = [];
  const files = settings.serverdefs.flatMap((path) => {
    try {
      return [{ path, text: readText(path) }];
    } catch (error) {
      unreadable.push(cannotRead(path, error));
      return [];
    }
  });
  const loaded = await loadRules({ servers: servers.length > 0 ? servers : settings.servers, files });
  return { ...loaded, problems: [...unreadable, ...loaded.problems].map(withConsequence) };
}

function cannotRead(path: string, error: unknown): Problem {
  return {
    status: ExitStatus.config,
    where: path,
    what: 'cannot read',
    why: reasonOf(error),
    fix: "change 'serverdefs' in exact.conf",
  };
}

function withConsequence(problem: Problem): Problem {
  return problem.isWarning ? problem : { consequence: 'no line is read without it', ...problem };
}

/** Returns the problems that keep rules from being used. */
export function badRules(problems: readonly Problem[]): Problem[] {
  return problems.filter((problem) => !problem.isWarning);
}

/** Returns a recognizer for the configuration. */
export function recognizerFor(
  settings: Settings,
  rules: readonly Rule[],
  options: Pick<RecognizerOptions, 'logouts' | 'takesAnyTime' | 'year'>,
): Recognizer {
  const { connectWindow } = settings;
  return createRecognizer({ rules, zone: zoneOf(settings), connectWindow, ...options });
}
