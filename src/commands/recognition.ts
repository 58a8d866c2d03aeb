/** From the configuration to a recognizer: the rules that are wanted, read and compiled, and the time zone. */

import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import { Failure, type Problem, reasonOf } from '../problem.ts';
import { readText } from '../read-text.ts';
import { loadRules } from '../rules/load-rules.ts';
import { createRecognizer, type Recognizer, type RecognizerOptions } from '../rules/recognizer.ts';
import type { Rule } from '../rules/rule.ts';
import { zoneOf } from './time-zone.ts';

/** Rules ready for use, or what is wrong with them. */
export interface WantedRules {
  readonly rules: readonly Rule[];
  readonly problems: readonly Problem[];
  /** What an admin should know and need not act upon. */
  readonly notes: readonly string[];
}

/** Loads the rules of the configuration, or of `servers` where a command names some. */
export async function wantedRules(settings: Settings, servers: readonly string[] = []): Promise<WantedRules> {
  const files = settings.serverdefs.map((path) => ({ path, text: readServersFile(path) }));
  return loadRules({ servers: servers.length > 0 ? servers : settings.servers, files });
}

function readServersFile(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    throw new Failure({
      status: ExitStatus.config,
      where: path,
      what: 'cannot read',
      why: reasonOf(error),
      consequence: 'nothing was changed',
      fix: "change 'serverdefs' in exact.conf",
    });
  }
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

/** Throws the problems of rules that must not be used, the last of them; the others are given to `tell`. */
export function refuseBadRules(problems: readonly Problem[], tell: (problem: Problem) => void): void {
  const bad = problems.filter((problem) => !problem.isWarning);
  const last = bad.at(-1);
  if (last === undefined) return;
  for (const problem of bad.slice(0, -1)) tell({ consequence: 'nothing was changed', ...problem });
  throw new Failure({ consequence: 'nothing was changed', ...last });
}
