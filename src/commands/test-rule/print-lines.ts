/** What `exact test-rule` says of each line to people, and of a kind of lines only so often. */
import type { ChalkInstance } from 'chalk';
import type { Outcome } from '../../recognize/outcome.ts';
import type { Verdict } from '../../relay/judge.ts';
import type { Login } from '../../relay/login.ts';
import type { Explanation } from '../../rule-debugger/explain/explain.ts';
import { hintForAddress } from '../../rule-debugger/explain/hint.ts';
import { seenAt } from '../../rule-debugger/explain/wanted.ts';
import type { LineResult, SampleLine } from '../../rule-debugger/trial.ts';
import { envelopeReach } from '../../syslog/envelope-reach.ts';
import type { Zone } from '../../syslog/zone.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { numberWords } from '../../terminal/words.ts';
import { marked, markLine, paintedLine, zonedText } from './marked-text.ts';
import { isUnreadable, kindOf, unreadableKind } from './tally.ts';
import type { VerdictTeller } from './verdict-words.ts';

/** What a report is made with. */
export interface PeopleOptions {
  readonly write: (line: string) => void;
  readonly chalk: ChalkInstance;
  /** Columns; undefined: lines are never cut. */
  readonly width: number | undefined;
  readonly zone: Zone;
  readonly verdicts: VerdictTeller;
  /** Lines shown of a kind; 0: all. */
  readonly limit: number;
  /** More than one rule is under test, so each is named. */
  readonly namesRules: boolean;
}

/** Rules that are told of for one line: the nearest, and those that may have been meant. */
const mostRules = 3;

/** Tells lines. */
export class PeopleReport {
  readonly #options: PeopleOptions;
  readonly #shown = new Map<string, number>();
  #hidden = 0;
  /** Lines in no known form less the others, and the first that was not told. */
  #unreadable = 0;
  #untold: SampleLine | undefined;

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /** Tells what a line is, unless enough of its kind have been told. */
  tell(sample: SampleLine, result: LineResult): void {
    const login =
      result.kind === 'read' && result.outcome.kind === 'login' ? result.outcome.login : undefined;
    // Shown or not: over the limit is who comes after others.
    const verdict = login && this.#options.verdicts.judge(login);
    const kind = kindOf(result);
    this.#unreadable += isUnreadable(result) ? 1 : -1;
    if (kind === undefined) {
      if (isUnreadable(result) && !sample.isAsked && sample.text.trim() !== '') this.#untold ??= sample;
      if (sample.isAsked && isUnreadable(result)) this.#tellUnreadable(sample);
      else if (sample.isAsked) this.#tellTooLong(sample);
      return;
    }
    const shown = this.#shown.get(kind) ?? 0;
    const { limit } = this.#options;
    const isUnexplained = result.kind === 'missed' && result.explanations.length === 0;
    if (((limit > 0 && shown >= limit) || isUnexplained) && !sample.isAsked) {
      this.#hidden++;
      return;
    }
    this.#shown.set(kind, shown + 1);
    if (result.kind === 'read') this.#tellRead(sample, result);
    if (login !== undefined && verdict !== undefined) this.#tellLogin(login, verdict);
    if (result.kind === 'missed') this.#tellMissed(sample, result.explanations);
    if (result.kind === 'passed') this.#tellUnreadable(sample);
  }

  /** Tells how many lines were left out; and one in no known form, where most are such and none was told. */
  end(): void {
    if (this.#unreadable > 0 && this.#untold !== undefined && !this.#shown.has(unreadableKind))
      this.#tellUnreadable(this.#untold);
    if (this.#hidden === 0) return;
    const what = this.#hidden === 1 ? 'line like these is' : 'lines like these are';
    this.#write(`${numberWords(this.#hidden)} more ${what} not shown; all: --limit 0`);
  }

  #write(line: string): void {
    this.#options.write(line);
  }

  #head({ context: { source, line } }: SampleLine, what: string, paint: ChalkInstance): void {
    const where = line > 0 ? `${source}:${line}` : source;
    this.#write(`${escapeControls(where)}: ${paint(what)}`);
  }

  #tellTooLong(sample: SampleLine): void {
    this.#head(sample, 'longer than 8 KiB, never read', this.#options.chalk.red);
    this.#write(`  ${escapeControls(sample.text.slice(0, 1000))}`);
  }

  #tellUnreadable(sample: SampleLine): void {
    const { chalk } = this.#options;
    const text = sample.text.slice(0, 1000);
    const { at, wanted, likeness } = envelopeReach(text);
    const what = 'no match: not a log line in a known form (stamp, host, program, message)';
    this.#head(sample, `${what}, got to column ${at + 1} of the line`, chalk.red);
    this.#tellStop(text, at, `wanted ${wanted}, saw ${seenAt(text, at, '')}`);
    if (likeness !== undefined) this.#write(`  looks like ${likeness.name}; fix: ${likeness.fix}`);
  }

  /** Shows a text, and what is to be said of a place in it under a caret. */
  #tellStop(text: string, at: number, words: string | undefined): void {
    const { chalk, width } = this.#options;
    const inner = width === undefined ? undefined : width - 2;
    const shown = marked(text, { start: at, end: Math.min(text.length, at + 1) }, inner);
    this.#write(`  ${chalk.green(shown.before)}${shown.rest}`);
    if (words !== undefined) this.#write(`  ${markLine(shown, escapeControls(words), chalk.red, inner)}`);
  }

  #tellRead(sample: SampleLine, result: LineResult & { kind: 'read' }): void {
    const { line, outcome, parts, rule, isRepeat } = result;
    const { chalk, namesRules } = this.#options;
    const by = namesRules ? `, rule ${rule.name}` : '';
    const paint = outcome.kind === 'refused' || outcome.kind === 'conflict' ? chalk.red : chalk.green;
    const head = isRepeat ? `match${by}: the login on the line before, once more` : headOf(outcome, by);
    this.#head(sample, head, paint);
    this.#write(`  ${paintedLine(line, parts, chalk)}`);
    if (outcome.kind === 'refused') this.#tellRefused(outcome);
  }

  #tellLogin(login: Login, verdict: Verdict): void {
    const { chalk, zone, verdicts } = this.#options;
    const user = chalk.green(escapeControls(login.user));
    const time = chalk.blue(zonedText(login.time, zone));
    this.#write(`  user ${user}, address ${chalk.yellow(login.address)}, time ${time}`);
    const words = escapeControls(verdicts.words(login, verdict));
    this.#write(`  ${verdict.isAuthorised ? words : chalk.red(words)}`);
  }

  #tellRefused({ user, address }: Outcome & { kind: 'refused' }): void {
    const taken = [
      ...(user === undefined ? [] : [`user ${escapeControls(user)}`]),
      ...(address === undefined ? [] : [`address '${escapeControls(address)}'`]),
    ];
    if (taken.length > 0) this.#write(`  ${taken.join(', ')}`);
    const hint = address === undefined ? undefined : hintForAddress(address);
    if (hint !== undefined) this.#write(`  hint: ${hint}`);
  }

  #tellMissed(sample: SampleLine, explanations: readonly Explanation[]): void {
    const [nearest] = explanations;
    if (nearest === undefined) {
      this.#head(sample, 'no match: there are no rules', this.#options.chalk.red);
      return;
    }
    const { namesRules } = this.#options;
    const name = namesRules ? `, nearest rule ${nearest.rule.name}` : '';
    this.#head(sample, `no match${name}${placeWords(nearest)}`, this.#options.chalk.red);
    this.#tellExplanation(nearest);
    for (const other of explanations.slice(1, mostRules)) {
      if (!other.isNear) continue;
      this.#write(`  rule ${other.rule.name}${placeWords(other)}`);
      this.#tellExplanation(other);
    }
  }

  #tellExplanation({ text, stop, hint, isForProgram, program, rule }: Explanation): void {
    const where = stop?.isAnywhere ? ' from here on' : '';
    const words = stop && `wanted ${stop.wanted}${where}, saw ${stop.saw}`;
    this.#tellStop(text, stop?.at ?? text.length, words);
    if (hint !== undefined) this.#write(`  hint: ${escapeControls(hint)}`);
    if (!isForProgram) {
      this.#write(
        `  program: the line is of '${escapeControls(program)}', the rule is for ${rule.programs.join(' ')}`,
      );
    }
  }
}

function headOf(outcome: Outcome, by: string): string {
  switch (outcome.kind) {
    case 'login':
      return `match${by}`;
    case 'connect':
      return `connect line${by}: the login follows on another line`;
    case 'logout':
      return `logout${by}: the end of a session`;
    case 'refused':
      return `match${by}, but no login: ${outcome.reason}`;
    case 'conflict':
      return `no login: rules ${outcome.rules.join(' and ')} read it differently`;
  }
}

const unmetWords = {
  program: 'the program does not',
  journal: "the journal's fields do not",
} as const;

function placeWords({ stop, subject, unmet }: Explanation): string {
  if (stop !== undefined) return `, got to column ${stop.at + 1} of the ${subject}`;
  return `: the ${subject} matches, ${unmetWords[unmet ?? 'program']}`;
}
