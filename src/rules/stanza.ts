/**
 * The text of exact-servers.conf, taken apart into stanzas and their values, each with its line. What an
 * expression or a program pattern means is not settled here; a stanza is what its author wrote.
 */
import { ExitStatus } from '../exit-status.ts';
import type { Problem } from '../problem.ts';
import { nearestName } from '../terminal/nearest.ts';
import { kinds } from './kinds.ts';

/** What {@link Stanza.file} is for the catalog that comes with Exact. */
export const builtInFile = 'built in';

/** One `name value` line of a stanza. */
export interface StanzaValue {
  /** Without the blanks around it. */
  readonly text: string;
  /** Line of the file, from 1. */
  readonly line: number;
}

/** `<server NAME>` to `</server>`, as written. */
export interface Stanza {
  readonly name: string;
  /** Path of the file, or `built in`. */
  readonly file: string;
  /** Line of `<server NAME>`, from 1. */
  readonly line: number;
  readonly program: readonly StanzaValue[];
  readonly match: readonly StanzaValue[];
  readonly connect: readonly StanzaValue[];
  readonly logout: readonly StanzaValue[];
  readonly start: readonly StanzaValue[];
  readonly void: readonly StanzaValue[];
  readonly unclosed: readonly StanzaValue[];
  readonly journal: readonly StanzaValue[];
  /** At most one, as of `longest`, `prints`, `versions` and `order`. */
  readonly broken: readonly StanzaValue[];
  readonly longest: readonly StanzaValue[];
  readonly prints: readonly StanzaValue[];
  readonly versions: readonly StanzaValue[];
  /** EXACT 1.41's: which of the two groups is the user, which the host. */
  readonly order: readonly StanzaValue[];
}

const names = ['program', ...kinds, 'broken', 'longest', 'prints', 'journal', 'versions', 'order'] as const;
type Name = (typeof names)[number];
const singleNames: readonly Name[] = ['broken', 'longest', 'prints', 'versions', 'order'];

type OpenStanza = Omit<Stanza, Name> & Record<Name, StanzaValue[]>;

/** The stanzas of a file, and everything that is wrong with it. */
export interface StanzaFile {
  readonly stanzas: readonly Stanza[];
  readonly problems: readonly Problem[];
}

/**
 * Takes a servers file apart. A server may have several stanzas. A value is what follows its name and blanks, to the end of the line, trailing
 * blanks removed; `#` starts a comment only where nothing but blanks stands before it, since expressions hold
 * it. Lines end at LF, CR LF too; a byte order mark is passed over. A stanza with a faulty line is still
 * returned: its problems say that it must not be used.
 */
export function parseStanzas(file: string, text: string): StanzaFile {
  const reader = new StanzaReader(file);
  const lines = (text.startsWith('\ufeff') ? text.slice(1) : text).split('\n');
  lines.forEach((line, index) => reader.take(trimBlanks(line), index + 1));
  return reader.finish(lines.length);
}

class StanzaReader {
  readonly #file: string;
  readonly #stanzas: Stanza[] = [];
  readonly #problems: Problem[] = [];
  #open: OpenStanza | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  take(line: string, number: number): void {
    if (line === '' || line.startsWith('#')) return;
    if (line.startsWith('<')) return this.#takeBracket(line, number);
    const [, name = '', value = ''] = /^(\S+)(?:[ \t]+(.*))?$/s.exec(line) ?? [];
    if (this.#open === undefined) {
      return this.#fault(number, `${quoted(name)} outside a stanza`, "stanzas start with '<server NAME>'");
    }
    if (!isName(name)) {
      const nearest = nearestName(name, names) ?? names.join(', ');
      return this.#fault(number, `unknown name ${quoted(name)}`, `nearest: ${nearest}`);
    }
    if (value === '') return this.#fault(number, `${name} has no value`);
    if (singleNames.includes(name) && this.#open[name].length > 0) {
      return this.#fault(number, `${name} is given twice`, 'the first counts', { isWarning: true });
    }
    this.#open[name].push({ text: value, line: number });
  }

  #takeBracket(line: string, number: number): void {
    if (/^<\/server>$/i.test(line)) {
      if (this.#open === undefined) this.#fault(number, "'</server>' closes no stanza");
      return this.#close();
    }
    const [, name] = /^<server[ \t]+([\w.@+-]+)[ \t]*>$/i.exec(line) ?? [];
    if (name === undefined) {
      return this.#fault(number, `cannot read ${quoted(line)}`, "wanted '<server NAME>' or '</server>'");
    }
    if (this.#open !== undefined) {
      this.#fault(
        number,
        `stanza ${quoted(name)} starts within stanza ${quoted(this.#open.name)}`,
        "'</server>' is missing",
      );
      this.#close();
    }
    this.#open = emptyStanza(name, this.#file, number);
  }

  #close(): void {
    if (this.#open === undefined) return;
    if (this.#open.match.length === 0)
      this.#fault(this.#open.line, `rule ${this.#open.name}: has no match line`);
    this.#stanzas.push(this.#open);
    this.#open = undefined;
  }

  finish(lastLine: number): StanzaFile {
    if (this.#open !== undefined) {
      this.#fault(lastLine, `stanza ${quoted(this.#open.name)} is never closed`, "'</server>' is missing");
      this.#close();
    }
    return { stanzas: this.#stanzas, problems: this.#problems };
  }

  #fault(line: number, what: string, why?: string, more?: Partial<Problem>): void {
    const problem: Problem = { status: ExitStatus.config, where: `${this.#file}:${line}`, what, ...more };
    this.#problems.push(why === undefined ? problem : { ...problem, why });
  }
}

/** Returns a stanza that says nothing yet; `line` is that of its beginning. */
export function emptyStanza(name: string, file: string, line: number): OpenStanza {
  const values = Object.fromEntries(names.map((each) => [each, []])) as unknown as Record<
    Name,
    StanzaValue[]
  >;
  return { name, file, line, ...values };
}

function isName(name: string): name is Name {
  return (names as readonly string[]).includes(name);
}

/** Blanks, tabs and the CR of a CR LF; not the other characters that trim() knows, which a value may end with. */
function trimBlanks(line: string): string {
  return line.replace(/^[ \t]+|[ \t\r]+$/g, '');
}

function quoted(text: string): string {
  return `'${text}'`;
}
