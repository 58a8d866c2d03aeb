/**
 * Mends rules on the lines of a trial. What it proposes are whole lines of a stanza: made of all lines that name a user who
 * logged in, in the language of the rule, and tried before they are handed on. They find every login of the sample that
 * the rule found, no line that tells of a failure, and lint has nothing against them. Where that cannot be had, there is
 * no mend, and what lint and the explanations say is all there is.
 */
import type { Rule } from '../../rules/rule.ts';
import { failureWord } from '../failure-words.ts';
import { namedUsersIn } from '../forge/payloads.ts';
import { lintRule } from '../lint.ts';
import type { Samples } from '../samples.ts';
import { findClient, isClientLine, type NoClientLine } from '../suggest/client-line.ts';
import { suggestStanza } from '../suggest/suggest.ts';
import { isSuggestion, type SuggestOptions } from '../suggest/suggestion.ts';
import type { LineResult, SampleLine } from '../trial.ts';
import { originalStanza } from './original-stanza.ts';
import { type MendOptions, ruleOfLines, tryRule } from './try-rule.ts';

/** A rule as it should be. */
export interface Mend {
  readonly rule: Rule;
  /** Lines for its stanza, in the place of those of the same names: `match    ^…$`. */
  readonly lines: readonly string[];
  /** Logins that it finds in the sample, and those that the rule found before. */
  readonly logins: number;
  readonly before: number;
}

/** A line of the trial, and what the rules made of it. */
interface TriedLine {
  readonly sample: SampleLine;
  readonly result: LineResult;
}

/** Lines that are held in memory; more say nothing new. */
const mostLines = 5000;

/** More users than this say nothing new. */
const mostUsers = 50;

/** Gathers the lines of a trial that a mend may be made of. */
export class Mender {
  readonly #lines: TriedLine[] = [];

  /** Takes a line of the trial. */
  take(sample: SampleLine, result: LineResult): void {
    const isOfUse = result.kind !== 'passed' || result.mentionsLogin || result.hasRule;
    if (isOfUse && this.#lines.length < mostLines) this.#lines.push({ sample, result });
  }

  /** Returns how a rule should be; undefined where nothing is wrong with it, or nothing better can be told. */
  async mend(rule: Rule, samples: Samples, options: MendOptions): Promise<Mend | undefined> {
    const programs = this.#programsOf(rule);
    const lines = this.#lines.filter(({ result }) => programs.has(result.record?.program || '-'));
    const found = goodLogins(rule, lines);
    const warns = lintWarns(rule, samples);
    if (!warns && !missesLines(rule, lines)) return undefined;
    const named = usersOf(lines);
    const users = named.length > 0 ? named : takenUsers(rule, lines);
    if (users.length === 0) return undefined;
    const all = lines.map(({ sample }) => sample);
    const stanza = await (rule.isOriginalForm
      ? originalStanza(rule, all, { programs: [...programs], users })
      : modernStanza(all, { ...options, users, taken: [] }));
    if (stanza === undefined) return undefined;
    const mended = await ruleOfLines(rule.name, stanza, options.timer);
    if (mended === undefined) return undefined;
    const { logins, isSound } = await tryRule(mended, all, options);
    const keepsAll = [...found].every((line) => logins.has(line));
    const isBetter = logins.size > found.size || (warns && logins.size > 0);
    if (!isSound || !keepsAll || !isBetter) return undefined;
    return { rule, lines: stanza, logins: logins.size, before: found.size };
  }

  /** The programs whose lines the rule takes, or would take: where it is for no other, those of lines that it is near. */
  #programsOf(rule: Rule): Set<string> {
    const programs = new Set<string>();
    for (const { result } of this.#lines) {
      const isIts =
        (result.kind === 'read' && result.rule === rule && result.outcome.kind === 'login') ||
        (result.kind === 'missed' && isNearest(rule, result)) ||
        (result.kind === 'read' && result.rule === rule && result.outcome.kind === 'refused');
      if (isIts) programs.add(result.record?.program || '-');
    }
    return programs;
  }
}

function isNearest(rule: Rule, { explanations }: LineResult & { kind: 'missed' }): boolean {
  const [nearest] = explanations;
  return nearest?.rule === rule && (nearest.isNear || nearest.isForProgram);
}

/** The logins that the rule found, but for lines that tell of a failure, or of an end. */
function goodLogins(rule: Rule, lines: readonly TriedLine[]): Set<SampleLine> {
  const good = lines.filter(({ result }) => {
    if (result.kind !== 'read' || result.rule !== rule || result.outcome.kind !== 'login') return false;
    const found = findClient(result.record.message, [result.outcome.login.user]);
    return found === undefined || isClientLine(found) || !isNoLogin(found);
  });
  return new Set(good.map(({ sample }) => sample));
}

function isNoLogin({ why }: NoClientLine): boolean {
  return why === 'a failure' || why === 'an end';
}

function lintWarns(rule: Rule, samples: Samples): boolean {
  return lintRule(rule, samples.matchedBy(rule), false).some(({ isWarning }) => isWarning);
}

/** Whether a line that may be a login is none. */
function missesLines(rule: Rule, lines: readonly TriedLine[]): boolean {
  return lines.some(({ result }) => {
    if (result.kind === 'read') return result.rule === rule && result.outcome.kind === 'refused';
    if (result.kind !== 'missed' || !isNearest(rule, result)) return false;
    return failureWord(result.record.message, namedUsersIn(result.record.message)) === undefined;
  });
}

/** Who logs in, by what stands where servers write a name, in lines that tell of no failure. */
function usersOf(lines: readonly TriedLine[]): string[] {
  const users = new Set<string>();
  for (const { result } of lines) {
    const message = result.record?.message ?? '';
    const spans = namedUsersIn(message);
    if (failureWord(message, spans) !== undefined) continue;
    for (const { start, end } of spans.slice(0, 1)) if (end > start) users.add(message.slice(start, end));
    if (users.size >= mostUsers) break;
  }
  return [...users];
}

/** Whom the rule itself takes for users, of lines that tell of no failure: where no name stands where servers write one. */
function takenUsers(rule: Rule, lines: readonly TriedLine[]): string[] {
  const users = new Set<string>();
  for (const { result } of lines) {
    if (result.kind !== 'read' || result.rule !== rule) continue;
    const { outcome } = result;
    const client =
      outcome.kind === 'login' ? outcome.login : outcome.kind === 'refused' ? outcome : undefined;
    const user = client?.user ?? '';
    const { message } = result.record;
    const start = message.indexOf(user);
    if (user === '' || failureWord(message, [{ start, end: start + user.length }]) !== undefined) continue;
    users.add(user);
    if (users.size >= mostUsers) break;
  }
  return [...users];
}

/** Returns the lines of a stanza in the language of today. */
async function modernStanza(
  lines: readonly SampleLine[],
  options: SuggestOptions,
): Promise<readonly string[] | undefined> {
  const suggestion = await suggestStanza(lines, options);
  if (!isSuggestion(suggestion)) return undefined;
  return suggestion.stanza.split('\n').filter((line) => /^\s+(?:program|match) /.test(line));
}
