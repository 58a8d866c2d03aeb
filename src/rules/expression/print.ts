/** Writes an expression out again: valid for RE2, and for V8 where both have what it uses. */
import type { CharacterClass, Node } from './ast.ts';
import { isSameSet, perlSets } from './character-set.ts';
import { literalSource } from './literal-source.ts';

/**
 * Returns a source that means what a node means, wherever the node was taken from: flags are written where they
 * are needed. Groups keep their names, and their order.
 *
 * @example
 * printExpression(parsed('(?:[.]|\\Qa+\\E)')); // '\\.|a\\+'
 */
export function printExpression(node: Node): string {
  switch (node.kind) {
    case 'empty':
      return '';
    case 'literal':
      return node.ignoreCase ? `(?i:${literal(node.text)})` : literal(node.text);
    case 'any':
      return node.matchesNewline ? '(?s:.)' : '.';
    case 'class':
      return node.ignoreCase ? `(?i:${classText(node)})` : classText(node);
    case 'anchor':
      return anchors[node.at];
    case 'group':
      return `(${node.name === '' ? '' : `?<${node.name}>`}${printExpression(node.body)})`;
    case 'repetition':
      return `${atom(node.body)}${counts(node.min, node.max)}${node.lazy ? '?' : ''}`;
    case 'concatenation':
      return concatenation(node.parts);
    case 'alternation':
      return node.branches.map(printExpression).join('|');
  }
}

const anchors = {
  'text-start': '^',
  'text-end': '$',
  'line-start': '(?m:^)',
  'line-end': '(?m:$)',
  'word-boundary': '\\b',
  'not-word-boundary': '\\B',
} as const;

/** A node so that it can be repeated. */
function atom(node: Node): string {
  const text = printExpression(node);
  return ['empty', 'anchor', 'repetition', 'concatenation', 'alternation'].includes(node.kind)
    ? `(?:${text})`
    : text;
}

/** Letters of any case that stand together are written together. */
function concatenation(parts: readonly Node[]): string {
  let text = '';
  let letters = '';
  const flush = (): string => {
    const run = letters === '' ? '' : `(?i:${letters})`;
    letters = '';
    return run;
  };
  for (const part of parts) {
    if (part.kind === 'literal' && part.ignoreCase) letters += literal(part.text);
    else text += flush() + (part.kind === 'alternation' ? atom(part) : printExpression(part));
  }
  return text + flush();
}

function counts(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function literal(character: string): string {
  const source = literalSource(character);
  return source === character ? visible(character) : source;
}

function classText(set: CharacterClass): string {
  for (const [letter, perl] of Object.entries(perlSets)) {
    if (set.unicode.length === 0 && isSameSet(set.ranges, perl))
      return `\\${set.negated ? letter.toUpperCase() : letter}`;
  }
  const [only, ...others] = set.unicode;
  if (only !== undefined && others.length === 0 && set.ranges.length === 0 && !set.negated) return only;
  const ranges = set.ranges.map(([from, to]) =>
    from === to
      ? member(from)
      : to === from + 1
        ? member(from) + member(to)
        : `${member(from)}-${member(to)}`,
  );
  return `[${set.negated ? '^' : ''}${ranges.join('')}${set.unicode.join('')}]`;
}

function member(point: number): string {
  const character = String.fromCodePoint(point);
  return /[\\\]^[-]/.test(character) ? `\\${character}` : visible(character);
}

/** Controls as the escapes that both engines know; what is no character by itself as RE2 alone knows it. */
function visible(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x20 || (point >= 0x7f && point < 0xa0))
    return named[character] ?? `\\x${point.toString(16).padStart(2, '0')}`;
  if (/\p{Surrogate}/u.test(character) || point === 0x10ffff || point === 0x2028 || point === 0x2029)
    return `\\x{${point.toString(16)}}`;
  return character;
}

const named: Readonly<Record<string, string>> = {
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '\v': '\\v',
};
