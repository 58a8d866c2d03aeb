/** What `exact test-rule` says of the lines that it reads, in the form that the options ask for. */
import type { ChalkInstance } from 'chalk';
import type { Settings } from '../../config/settings.ts';
import { zoneOf } from '../../config/time-zone.ts';
import type { Invocation } from '../../host/invocation.ts';
import type { LineResult, SampleLine } from '../../rule-debugger/trial.ts';
import { chooseColours } from '../../terminal/colour.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { lineJson } from './json.ts';
import type { TestRuleInvocation } from './options.ts';
import { PeopleReport } from './print-lines.ts';
import { summaryJson, summaryLines } from './print-summary.ts';
import type { RulesUnderTest } from './rules-under-test.ts';
import type { Tally } from './tally.ts';
import { createVerdicts } from './verdict-words.ts';

/** Takes lines as they are tried. */
export interface Report {
  tell(sample: SampleLine, result: LineResult): void;
  end(tally: Tally): void;
}

/** Lines shown of a kind, where `--limit` says nothing else. */
const usualLimit = 3;

/** Returns the report that the options ask for. */
export function reportFor(invocation: TestRuleInvocation, settings: Settings, under: RulesUnderTest): Report {
  const { stdout } = invocation.world;
  const write = (line: string) => stdout.write(`${line}\n`);
  if (invocation.has('quiet')) return { tell: () => {}, end: () => {} };
  const verdicts = createVerdicts(invocation, settings);
  const isWanted = chosenLines(invocation);
  if (invocation.has('json')) {
    return {
      tell(sample, result) {
        if (isWanted?.(result) === false) return;
        const object = lineJson(sample, result, verdicts);
        if (object !== undefined) write(JSON.stringify(object));
      },
      end(tally) {
        if (isWanted === undefined) write(JSON.stringify(summaryJson(tally)));
      },
    };
  }
  if (isWanted !== undefined) {
    // As they are, for a file that this command reads again; but a terminal obeys control characters.
    const shown = (text: string) => (stdout.isTerminal ? escapeControls(text) : text);
    return { tell: ({ text }, result) => isWanted(result) && write(shown(text)), end: () => {} };
  }
  // These ask for an answer, not for the lines, unless it is said how many lines.
  const asksForLines = invocation.has('verbose') || invocation.has('limit');
  const isTerse = (invocation.has('forge') || invocation.has('expect')) && !asksForLines;
  const people = new PeopleReport({
    write,
    chalk: coloursOf(invocation),
    width: stdout.columns,
    zone: zoneOf(settings),
    verdicts,
    limit: invocation.count('limit') ?? usualLimit,
    namesRules: under.rules.length > 1,
  });
  return {
    tell: (sample, result) => (isTerse ? undefined : people.tell(sample, result)),
    end(tally) {
      people.end();
      if (isTerse && invocation.has('expect')) return;
      for (const line of summaryLines(tally, under)) write(line);
    },
  };
}

/** Returns the colours that the options and the terminal ask for. */
export function coloursOf(invocation: Invocation): ChalkInstance {
  const { env, stdout } = invocation.world;
  return chooseColours({ option: invocation.value('color'), env, isTerminal: stdout.isTerminal });
}

/** Returns which lines are printed alone, as they are; undefined where every line is told of. */
export function chosenLines(invocation: TestRuleInvocation): ((result: LineResult) => boolean) | undefined {
  if (invocation.has('matched')) return ({ kind }) => kind === 'read';
  return invocation.has('unmatched') ? isUnmatched : undefined;
}

function isUnmatched(result: LineResult): boolean {
  return result.kind === 'missed' || (result.kind === 'passed' && result.mentionsLogin);
}
