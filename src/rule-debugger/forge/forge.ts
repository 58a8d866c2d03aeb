/**
 * Tries to fool a rule: from lines that it matched it makes the lines that a hostile client could have the same
 * server write, and looks whether one of them yields an address that the client does not have. What no rule can
 * see through is not tried: a line that a local user writes in the server's name.
 */

import type { Outcome } from '../../recognize/outcome.ts';
import type { LineContext } from '../../recognize/reading.ts';
import { createRecognizer, type Recognizer, type RecognizerOptions } from '../../recognize/recognizer.ts';
import type { Address } from '../../relay/address.ts';
import { isExpressionError } from '../../rules/expression/ast.ts';
import { parseExpression } from '../../rules/expression/parse.ts';
import { programMatcher } from '../../rules/program.ts';
import type { Rule } from '../../rules/rule.ts';
import { type LogRecord, parseEnvelope } from '../../syslog/envelope.ts';
import { failureWord } from '../failure-words.ts';
import { createPartsFinder, type LineParts } from '../parts.ts';
import type { CompilePattern, Span } from '../pattern.ts';
import { exampleOf } from './example.ts';
import {
  type Genuine,
  hostileHosts,
  hostileUsers,
  hostNamesIn,
  namedUsersIn,
  withAddress,
} from './payloads.ts';
import { onePerShape, shapeOf } from './shapes.ts';

/** A login that the rule found. */
export interface ForgeSample {
  readonly line: string;
  readonly context: LineContext;
  readonly parts: LineParts;
  readonly address: Address;
  /** The connect line before it, of a login on two lines. */
  readonly connect?: string;
}

/** Where the hostile text stands. */
export type ForgeryKind = 'user' | 'host' | 'program' | 'other-line' | 'cut-line';

/** A hostile line that worked. */
export interface Breach {
  readonly kind: ForgeryKind;
  /** The forged line; where it is of a login on two lines, the other is genuine. */
  readonly line: string;
  /** What it yields, and should not. */
  readonly address: Address;
  /** Where in the line that stands, if it does; the program's name for a line of another program. */
  readonly span?: Span;
}

/** Returns a forged line as people are shown it, without what only makes it long. */
export function shownBreach({ kind, line }: Breach): string {
  return kind === 'cut-line' ? line.replace(filler, 'xxx…') : line;
}

/** What trying came to. */
export interface ForgeResult {
  /** How many hostile lines were tried. */
  readonly tried: number;
  readonly breaches: readonly Breach[];
}

/** An address of nobody: documentation's (RFC 5737), as in the sample logs. */
const falseAddress = '203.0.113.66';
/** Where that address is in the line already. */
const otherFalseAddress = '198.51.100.66';

/** Servers and syslog daemons cut long lines off, after 1024 bytes or more: a name is made to reach that far. */
const filler = 'x'.repeat(1000);

/** Messages of programs that others may make write what they like. */
const otherPrograms = ['sshd', 'postfix/smtpd', 'other'];

/** What forgeries are made of. */
interface ForgeSource {
  /** Lines that the rule matched. */
  readonly samples: readonly ForgeSample[];
  /** Lines of its program that are no login, where a client's name may stand as well. */
  readonly others: readonly string[];
}

/** Tries a rule on the forgeries of some lines. */
export function forgeRule(
  rule: Rule,
  { samples, others }: ForgeSource,
  options: Omit<RecognizerOptions, 'rules'>,
  compile: CompilePattern,
): ForgeResult {
  const forger = new Forger(rule, options, compile);
  for (const sample of samples) forger.forge(sample, others);
  return forger;
}

class Forger implements ForgeResult {
  readonly breaches: Breach[] = [];
  readonly #rule: Rule;
  readonly #recognizer: Recognizer;
  readonly #findParts;
  readonly #isFor: (program: string) => boolean;
  readonly #tried = new Set<string>();
  /** Of the samples whose texts were tried in the lines that are no login: the same text forges no more with other values. */
  readonly #shapes = new Set<string>();

  constructor(given: Rule, options: Omit<RecognizerOptions, 'rules'>, compile: CompilePattern) {
    // What the journal's fields keep out is not what is tried here: a server's own lines.
    const rule = { ...given, journal: [] };
    this.#rule = rule;
    this.#recognizer = createRecognizer({ ...options, rules: [rule] });
    this.#findParts = createPartsFinder(() => [rule], compile);
    this.#isFor = programMatcher(rule.programs);
  }

  get tried(): number {
    return this.#tried.size;
  }

  forge(sample: ForgeSample, others: readonly string[]): void {
    const record = parseEnvelope(sample.line);
    if (record === undefined) return;
    const genuine = genuineOf(sample, record);
    const usersFor = (evil: string): string[] => hostileUsers(genuine, this.#examples(evil), evil);
    const users = new Map([falseAddress, otherFalseAddress].map((evil) => [evil, usersFor(evil)]));
    const evilFor = (taken: string): string =>
      taken.includes(falseAddress) ? otherFalseAddress : falseAddress;
    const evil = evilFor(sample.address);
    this.#forgeUsers(sample, genuine, users.get(evil) ?? []);
    this.#forgeHosts(sample, genuine, evil);
    this.#forgePrograms(sample, genuine, record, evil);
    const shape = shapeOf(genuine, sample.connect);
    if (this.#shapes.has(shape)) return;
    this.#shapes.add(shape);
    for (const other of onePerShape(others)) {
      const another = evilFor(other);
      this.#forgeOther(sample, genuine, other, { users: users.get(another) ?? [], evil: another });
    }
  }

  /** What each expression wants, around the false address. */
  #examples(evil: string): string[] {
    return [...this.#rule.match, ...this.#rule.connect].flatMap(({ expanded }) => {
      const node = parseExpression(expanded);
      if (isExpressionError(node)) return [];
      return [false, true].map((isLong) => exampleOf(node, { user: 'x', address: evil, isLong }));
    });
  }

  #forgeUsers(sample: ForgeSample, { message, envelope, user }: Genuine, users: readonly string[]): void {
    if (user === undefined) return;
    const name = message.slice(user.start, user.end);
    for (const hostile of users) {
      this.#tryInPlace('user', sample, envelope + replaced(message, user, hostile));
      // A server that writes the name twice, writes it twice.
      if (name.length > 2)
        this.#tryInPlace('user', sample, envelope + message.replaceAll(name, () => hostile));
    }
  }

  #forgeHosts(sample: ForgeSample, { message, envelope, user, address }: Genuine, evil: string): void {
    for (const host of hostNamesIn(message, [user, address])) {
      for (const hostile of hostileHosts(evil)) {
        this.#tryInPlace('host', sample, envelope + replaced(message, host, hostile));
      }
    }
    const connect = sample.connect ?? '';
    const first = parseEnvelope(connect);
    if (first === undefined) return;
    for (const host of hostNamesIn(first.message, [])) {
      for (const hostile of hostileHosts(evil)) {
        const forged = connect.slice(0, -first.message.length) + replaced(first.message, host, hostile);
        this.#try(
          'host',
          sample,
          { lines: [forged, sample.line], forged },
          (address) => address !== sample.address,
        );
      }
    }
  }

  #forgePrograms(sample: ForgeSample, genuine: Genuine, record: LogRecord, evil: string): void {
    const whole = withAddress(genuine, evil);
    for (const program of otherPrograms) {
      if (this.#rule.programs.length > 0 && this.#isFor(program)) continue;
      const envelope = `${record.stamp} ${record.host || 'localhost'} ${program}[1]: `;
      for (const text of [whole, `x ${whole}`, `x ${genuine.envelope}${whole}`]) {
        const forged = envelope + text;
        this.#try('program', sample, { lines: [...connectOf(sample), forged], forged }, () => true);
      }
    }
  }

  /** The user's name in a line of the program that is no login; also between the two lines of one. */
  #forgeOther(
    sample: ForgeSample,
    { envelope }: Genuine,
    other: string,
    { users, evil }: { readonly users: readonly string[]; readonly evil: string },
  ): void {
    const { message = '' } = parseEnvelope(other) ?? {};
    const connect = connectOf(sample);
    for (const name of namedUsersIn(message)) {
      const isFailure = failureWord(message, [name]) !== undefined;
      for (const hostile of users) {
        const forged = envelope + replaced(message, name, hostile);
        this.#try(
          'other-line',
          sample,
          { lines: [forged], forged },
          (address) => isFailure || address === evil,
        );
        const cut = envelope + message.slice(0, name.start) + filler + hostile;
        this.#try('cut-line', sample, { lines: [...connect, cut], forged: cut }, () => true);
        if (connect.length === 0) continue;
        // Behind the genuine one it would be one of two at once: a client may wait until that one counts no more.
        const lines = [forged, sample.line];
        this.#try('other-line', sample, { lines, forged }, (address) => address !== sample.address);
      }
    }
  }

  /** Tries a line in the place of the genuine one: it may yield the client's own address, or nothing. */
  #tryInPlace(kind: ForgeryKind, sample: ForgeSample, forged: string): void {
    const lines = [...connectOf(sample), forged];
    this.#try(kind, sample, { lines, forged }, (address) => address !== sample.address);
  }

  #try(
    kind: ForgeryKind,
    { context }: ForgeSample,
    { lines, forged }: { readonly lines: readonly string[]; readonly forged: string },
    isFalse: (address: Address) => boolean,
  ): void {
    // A hundred thousand are remembered: what only makes a line long is left out.
    const key = `${kind === 'cut-line'} ${lines.join('\n').replace(filler, '')}`;
    if (this.#tried.has(key)) return;
    this.#tried.add(key);
    // Each is a log of its own.
    this.#recognizer.forgetHalfOpen();
    let outcome: Outcome | undefined;
    for (const line of lines) outcome = this.#recognizer.recognize(line, context);
    if (outcome?.kind !== 'login' || !isFalse(outcome.login.address)) return;
    const record = parseEnvelope(forged);
    const parts = record && this.#findParts(outcome, record, forged)?.parts;
    const span = kind === 'program' ? parts?.program : parts?.address;
    this.breaches.push({
      kind,
      line: forged,
      address: outcome.login.address,
      ...(span === undefined ? {} : { span }),
    });
  }
}

function connectOf({ connect }: ForgeSample): readonly string[] {
  return connect === undefined ? [] : [connect];
}

function genuineOf({ line, parts }: ForgeSample, { message }: LogRecord): Genuine {
  const offset = line.length - message.length;
  const within = (span: Span | undefined): Span | undefined =>
    span && { start: span.start - offset, end: span.end - offset };
  const user = within(parts.user);
  const address = within(parts.address);
  return {
    message,
    envelope: line.slice(0, offset),
    ...(user === undefined ? {} : { user }),
    ...(address === undefined ? {} : { address }),
  };
}

function replaced(text: string, { start, end }: Span, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}
