/** The lines of a trial that lint and forged lines are made from: some that each expression matched, some others. */

import type { LineContext } from '../recognize/reading.ts';
import { createRecognizer, type RecognizerOptions } from '../recognize/recognizer.ts';
import type { Login } from '../relay/login.ts';
import type { Expression, Rule } from '../rules/rule.ts';
import type { ForgeSample } from './forge/forge.ts';
import { namedUsersIn } from './forge/payloads.ts';
import type { LintSample } from './lint.ts';
import type { LineResult, SampleLine } from './trial.ts';

/** Logins kept of an expression. */
const mostLogins = 20;
/** Other lines kept of a program. */
const mostOthers = 20;
/** Connect lines that may be waiting for their login; in a busy log others stand between them. */
const mostConnects = 500;

interface WaitingLine {
  readonly rule: Rule;
  readonly line: string;
}

/** Gathers samples. */
export class Samples {
  readonly #options: Omit<RecognizerOptions, 'rules'>;
  readonly #logins = new Map<Expression, (ForgeSample & LintSample)[]>();
  /** Matched, and no login: connect lines, and what is refused. */
  readonly #matched = new Map<Expression, LintSample[]>();
  readonly #others = new Map<string, string[]>();
  readonly #connects: WaitingLine[] = [];

  constructor(options: Omit<RecognizerOptions, 'rules'>) {
    this.#options = options;
  }

  /** Takes a line of the trial. */
  take({ text, context }: SampleLine, result: LineResult): void {
    // Of a note that a login came again no expression matches the text.
    if (result.kind === 'read' && result.isRepeat) return;
    if (result.kind === 'read') this.#takeRead(context, result);
    const isLogin = result.kind === 'read' && result.outcome.kind !== 'logout';
    if (isLogin || result.record === undefined || namedUsersIn(result.record.message).length === 0) return;
    keep(this.#others, result.record.program, text, mostOthers);
  }

  /** Lines that the rule's expressions for logins matched, whatever came of it. */
  matchedBy(rule: Rule): readonly LintSample[] {
    const expressions = [...rule.match, ...rule.connect];
    return [
      ...this.loginsOf(rule),
      ...expressions.flatMap((expression) => this.#matched.get(expression) ?? []),
    ];
  }

  /** Lines that the rule took for logins. */
  loginsOf(rule: Rule): readonly (ForgeSample & LintSample)[] {
    return rule.match.flatMap((expression) => this.#logins.get(expression) ?? []);
  }

  /** Lines of the programs of those logins that are none, and name a user. */
  othersOf(rule: Rule): readonly string[] {
    const programs = new Set(this.loginsOf(rule).map(({ program }) => program));
    return [...programs].flatMap((program) => this.#others.get(program) ?? []);
  }

  #takeRead(
    context: LineContext,
    { line, outcome, record, rule, expression, parts }: LineResult & { kind: 'read' },
  ): void {
    const { program } = record;
    const text = rule.isOriginalForm ? line : record.message;
    const sample = { expression, program, text, ...shifted(parts, line.length - text.length) };
    if (outcome.kind === 'connect' || outcome.kind === 'refused') {
      keep(this.#matched, expression, sample, mostLogins);
    }
    if (outcome.kind === 'connect') {
      this.#connects.push({ rule, line });
      if (this.#connects.length > mostConnects) this.#connects.shift();
    }
    if (outcome.kind !== 'login' || (this.#logins.get(expression)?.length ?? 0) >= mostLogins) return;
    const { login } = outcome;
    // Whenever that was: the stamps of a sample may be ahead of the file that it was pasted into.
    const then = { ...context, writtenBefore: Math.max(context.writtenBefore, login.time) };
    const connect = rule.connect.length === 0 ? undefined : this.#connectOf(rule, line, then, login);
    const genuine = { line, context: then, parts, address: login.address };
    keep(
      this.#logins,
      expression,
      { ...sample, ...genuine, ...(connect === undefined ? {} : { connect }) },
      mostLogins,
    );
  }

  /** The connect line with which the login is the same again, and without which it is none. */
  #connectOf(rule: Rule, line: string, context: LineContext, { user, address }: Login): string | undefined {
    const yields = (lines: readonly string[]): boolean => {
      const recognizer = createRecognizer({ ...this.#options, rules: [{ ...rule, journal: [] }] });
      const outcome = lines.map((each) => recognizer.recognize(each, context)).at(-1);
      return outcome?.kind === 'login' && outcome.login.user === user && outcome.login.address === address;
    };
    if (yields([line])) return undefined;
    return this.#connects.findLast((one) => one.rule === rule && yields([one.line, line]))?.line;
  }
}

function shifted(
  { match, user, address }: (LineResult & { kind: 'read' })['parts'],
  offset: number,
): Pick<LintSample, 'match' | 'user' | 'address'> {
  const shift = ({ start, end }: typeof match) => ({ start: start - offset, end: end - offset });
  return {
    match: shift(match),
    ...(user === undefined ? {} : { user: shift(user) }),
    ...(address === undefined ? {} : { address: shift(address) }),
  };
}

function keep<Key, Kept>(map: Map<Key, Kept[]>, key: Key, kept: Kept, most: number): void {
  const all = map.get(key);
  if (all === undefined) map.set(key, [kept]);
  else if (all.length < most) all.push(kept);
}
