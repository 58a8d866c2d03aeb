/**
 * Macros of the rule language, `%{NAME}`: each stands for an expression that people get wrong or write too
 * often. They are text, expanded before the expression is parsed.
 */
import { nearestName } from '../terminal/nearest.ts';

/** One macro, and what it stands for in RE2's syntax. */
export interface Macro {
  readonly name: string;
  readonly expansion: string;
  /** What it takes, for the pages and `test-rule`. */
  readonly summary: string;
}

const ipv4 = String.raw`\d{1,3}(?:\.\d{1,3}){3}`;
const hex = '[0-9A-Fa-f]{1,4}';

/**
 * IPv6 addresses outside brackets that cannot be a shorter one with a port: IPv4-mapped, all eight groups, or
 * at most one group after the `::`. `2001:db8::1:143` is none: it may be `2001:db8::1`, port 143.
 */
const bareIPv6 = [`::[Ff]{4}:${ipv4}`, `(?:${hex}:){7}${hex}`, `(?:(?:${hex}:){1,6}|:):(?:${hex})?`].join(
  '|',
);

/** All macros, by name. */
export const macros: ReadonlyMap<string, Macro> = new Map(
  [
    {
      name: 'USER',
      expansion: '(?<user>.+)',
      summary: 'the user name, greedy: everything up to the last place where what follows it fits',
    },
    {
      name: 'ADDRESS',
      expansion: '(?<address>[0-9A-Fa-f:.]+)',
      summary: 'the text of an IPv4 or IPv6 address; never a host name',
    },
    {
      name: 'PEER',
      expansion: String.raw`(?:(?:\[(?<bracketed>[0-9A-Fa-f:.]+)\]|(?<address>${ipv4}))(?::\d{1,5})?|(?<bare>${bareIPv6}))`,
      summary: 'an address with optional brackets and port: 192.0.2.10, 192.0.2.10:993, [2001:db8::10]:993',
    },
    { name: 'SESSION', expansion: String.raw`(?<session>\S+)`, summary: "the server's own session id" },
    { name: 'WORD', expansion: String.raw`\S+`, summary: 'one or more characters that are no blank' },
    { name: 'NUMBER', expansion: String.raw`\d+`, summary: 'one or more digits' },
  ].map((macro) => [macro.name, macro]),
);

/** An unknown macro, or one that is never closed. */
export interface MacroError {
  /** Column in the expression as written, in UTF-16 units from 1. */
  readonly column: number;
  readonly reason: string;
}

/** An expression with its macros expanded. */
export interface Expansion {
  readonly text: string;
  /** Returns the column of the expression as written that a column of the expanded text comes from; both from 1. */
  sourceColumn(column: number): number;
}

/** Returns the expression with its macros expanded, or what is wrong with the first that cannot be. */
export function expandMacros(source: string): Expansion | MacroError {
  let text = '';
  let done = 0;
  /** Ends of expansions in the text and in the source: what follows has moved by as much. */
  const moves: {
    readonly from: number;
    readonly to: number;
    readonly macro: number;
    readonly source: number;
  }[] = [];
  for (let start = source.indexOf('%{'); start >= 0; start = source.indexOf('%{', done)) {
    const end = source.indexOf('}', start);
    if (end < 0) return { column: start + 1, reason: "'%{' is never closed" };
    const name = source.slice(start + 2, end);
    const macro = macros.get(name);
    if (macro === undefined) {
      const nearest = nearestName(name, macros.keys()) ?? [...macros.keys()].join(', ');
      return { column: start + 1, reason: `unknown macro '%{${name}}', nearest: ${nearest}` };
    }
    text += source.slice(done, start);
    done = end + 1;
    moves.push({ from: text.length, to: text.length + macro.expansion.length, macro: start, source: done });
    text += macro.expansion;
  }
  const sourceColumn = (column: number): number => {
    const move = moves.findLast(({ from }) => from < column);
    if (move === undefined) return column;
    return column <= move.to ? move.macro + 1 : move.source + column - move.to;
  };
  return { text: text + source.slice(done), sourceColumn };
}

/** Reports whether an expression uses a macro or a named group, which EXACT 1.41 had not. */
export function usesNamedGroups(source: string): boolean {
  return /%\{|\(\?P?<[A-Za-z_]/.test(source);
}
