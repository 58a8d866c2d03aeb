/** smtpd.conf as OpenSMTPD reads it: its statements, with their macros and included files, and where each stands. */
import { readText } from '../../host/read-text.ts';

/** A statement: `match from any for local action "local"`. */
export interface Statement {
  /** Its words, without quotes; `!`, `{`, `}` and `,` are words of their own, and a table is `<name>`. */
  readonly words: readonly string[];
  readonly file: string;
  /** Its first line and its last, from 1. */
  readonly line: number;
  readonly lastLine: number;
  /** Its lines as they stand there. */
  readonly text: string;
}

/** How deep files may include each other. */
const deepest = 8;

const token = /"((?:[^"\\]|\\.)*)"|(<[^<>\s]+>)|(\$\w+)|([!{},=])|([^\s"!{},=#<>$]+)/g;

/** Reads a configuration and what it includes. System errors are thrown. */
export function readStatements(file: string, macros = new Map<string, string>(), depth = 0): Statement[] {
  return statementsIn(readText(file), file).flatMap(({ tokens, ...place }): Statement[] => {
    const words = tokens.flatMap((each) => expanded(each, macros));
    const [first = '', second, third] = words;
    if (second === '=' && third !== undefined) {
      macros.set(first, words.slice(2).join(' '));
      return [];
    }
    if (first === 'include' && second !== undefined && depth < deepest) {
      return readStatements(second, macros, depth + 1);
    }
    return [{ words, ...place }];
  });
}

/** A word, and whether it stands in quotes, in which no macro is looked for. */
interface Token {
  readonly word: string;
  readonly isQuoted: boolean;
}

function expanded({ word, isQuoted }: Token, macros: ReadonlyMap<string, string>): string[] {
  if (isQuoted || !word.startsWith('$')) return [word];
  return tokensIn(macros.get(word.slice(1)) ?? word).map((each) => each.word);
}

function tokensIn(text: string): Token[] {
  return [...text.matchAll(token)].map(([whole, quoted]) => ({
    word: quoted ?? whole,
    isQuoted: quoted !== undefined,
  }));
}

/** Cuts a text into statements: a backslash goes on in the next line, and so does an open brace. */
function statementsIn(text: string, file: string) {
  const found: (Omit<Statement, 'words'> & { readonly tokens: readonly Token[] })[] = [];
  const lines = text.split('\n');
  let start = 0;
  for (let at = 0; at < lines.length; at++) {
    const plain = lines.slice(start, at + 1).map(withoutComment);
    const tokens = tokensIn(plain.map((each) => each.replace(/\\$/, ' ')).join('\n'));
    const open = tokens.reduce((depth, { word, isQuoted }) => depth + depthBy(word, isQuoted), 0);
    if (at + 1 < lines.length && (open > 0 || plain.at(-1)?.endsWith('\\'))) continue;
    if (tokens.length > 0) {
      found.push({
        tokens,
        file,
        line: start + 1,
        lastLine: at + 1,
        text: lines.slice(start, at + 1).join('\n'),
      });
    }
    start = at + 1;
  }
  return found;
}

function depthBy(word: string, isQuoted: boolean): number {
  if (isQuoted) return 0;
  return word === '{' ? 1 : word === '}' ? -1 : 0;
}

/** A comment that ends with a backslash goes on in the next line too. */
function withoutComment(line: string): string {
  const [, before = ''] = /^((?:[^"#]|"(?:[^"\\]|\\.)*"|")*)/.exec(line) ?? [];
  return before.length < line.length && line.endsWith('\\') ? `${before}\\` : before;
}
