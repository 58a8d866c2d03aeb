/** `exact test-rule --suggest`: a stanza for a server that no rule knows. The stanza is all of standard output. */
import type { Settings } from '../../config/settings.ts';
import { zoneOf } from '../../config/time-zone.ts';
import { ExitStatus } from '../../exit-status.ts';
import { Failure } from '../../problem.ts';
import { suggestStanza } from '../../rule-debugger/suggest/suggest.ts';
import { isSuggestion, type Suggestion } from '../../rule-debugger/suggest/suggestion.ts';
import type { SampleLine } from '../../rule-debugger/trial.ts';
import { catalogText } from '../../rules/catalog-text.ts';
import { cpuMilliseconds } from '../../rules/cpu-time.ts';
import { parseStanzas } from '../../rules/stanza.ts';
import { countWords, numberWords } from '../../terminal/words.ts';
import { sampleLines } from './lines.ts';
import type { TestRuleInvocation } from './options.ts';
import { serversFiles } from './rules-under-test.ts';

/** Lines that a stanza is made from are held in memory, all of them. */
const mostLines = 200_000;
/** Lines that are named by their numbers. */
const mostNamed = 4;

/** Suggests a stanza, or says why there is none. */
export async function suggest(invocation: TestRuleInvocation, settings: Settings): Promise<ExitStatus> {
  const users = invocation.values('user').filter((user) => user !== '');
  if (users.length === 0) {
    throw new Failure({
      status: ExitStatus.usage,
      where: '--suggest',
      what: 'needs --user NAME',
      fix: 'name a user who logs in in some of the lines; --user may repeat',
    });
  }
  const lines: SampleLine[] = [];
  for await (const line of sampleLines(invocation, settings)) {
    lines.push(line);
    if (lines.length === mostLines) break;
  }
  const files = [{ path: 'built in', text: catalogText() }, ...serversFiles(invocation, settings)];
  const result = await suggestStanza(lines, {
    users,
    taken: files.flatMap(({ path, text }) => parseStanzas(path, text).stanzas.map(({ name }) => name)),
    zone: zoneOf(settings),
    connectWindow: settings.connectWindow,
    timer: cpuMilliseconds,
  });
  if (!isSuggestion(result)) {
    const { reason, fix } = result;
    throw new Failure({
      status: ExitStatus.no,
      where: '--suggest',
      what: 'no stanza',
      why: reason,
      ...(fix === undefined ? {} : { fix }),
    });
  }
  printSuggestion(invocation, result, users);
  return ExitStatus.ok;
}

function printSuggestion(
  invocation: TestRuleInvocation,
  suggestion: Suggestion,
  users: readonly string[],
): void {
  const { world } = invocation;
  const { stanza, from, leftOut, passed, others, forged } = suggestion;
  if (invocation.has('json')) {
    world.stdout.write(`${JSON.stringify({ kind: 'suggestion', ...suggestion })}\n`);
    return;
  }
  world.stdout.write(stanza);
  if (invocation.has('quiet')) return;
  const words = [
    `suggested from ${countWords(from, 'line')}`,
    ...passedWords(passed, users.length),
    ...(leftOut.length === 0
      ? []
      : [`${linesWords(leftOut)} ${leftOut.length === 1 ? 'was' : 'were'} left out`]),
    ...(others === 0 ? [] : [`it also finds ${countWords(others, 'login')} of other users`]),
  ];
  world.tell(words.join('; '));
  world.tell(`lint ok; ${numberWords(forged)} forged lines withstood`);
}

function passedWords(lines: readonly number[], users: number): string[] {
  if (lines.length === 0) return [];
  const whom = users === 1 ? 'not the user' : users === 2 ? 'neither user' : 'none of the users';
  const [has, gives] = lines.length === 1 ? ['has', 'gives'] : ['have', 'give'];
  return [`${linesWords(lines)} ${has} ${whom} and ${gives} no login`];
}

function linesWords(lines: readonly number[]): string {
  if (lines.length === 1) return lines[0] === 0 ? 'a line' : `line ${lines[0]}`;
  if (lines.length > mostNamed || lines.includes(0)) return countWords(lines.length, 'line');
  return `lines ${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`;
}
