/** Expressions and texts at random, and what tests do with trees. */
import fc from 'fast-check';
import { isExpressionError, type Node } from '../../../src/rules/expression/ast.ts';
import { parseExpression } from '../../../src/rules/expression/parse.ts';

const plain = ['a', 'b', 'ab', 'k', 'K', 's', 'ſ', 'é', '😀', '1', '0', '-', ' ', '\n', ']', '}', '{', ','];
const operators = ['*', '+', '?', '*?', '??', '{2}', '{1,2}', '{2,}', '{,3}', '{02}', '{30}', '{40}'];
const sets = [
  '[ab]',
  '[^a]',
  '[^k]',
  '[a-b]',
  '[]a]',
  '[[:alpha:]_]',
  '[[:^lower:]]',
  '[\\D]',
  '[\\W1]',
  '.',
];
const escapes = ['\\d', '\\D', '\\s', '\\S', '\\w', '\\W', '\\b', '\\B', '\\A', '\\z', '\\.', '\\_', '\\t'];
const codes = ['\\x41', '\\x{1F600}', '\\123', '\\0', '\\07', '\\Q', '\\E', '\\pL', '\\p{Greek}', '\\P{^Lu}'];
const openings = ['(', '(', '(?:', '(?i:', '(?s-m:', '(?i)', '(?-i)', '(?m)', '(?U)', '(?P<n>', '(?<m>'];
const structure = ['|', '|', ')', ')', ')', ')', '^', '$'];
const broken = [
  '(?=',
  '(?!',
  '(?<=',
  '(?P=n)',
  '(?>',
  '(?-)',
  '(?i',
  '(?<n',
  '[',
  '[^',
  '[:alpha:]',
  '[:x:]',
];
const brokenToo = [
  '[:',
  ':]',
  'z-a',
  '{3,2}',
  '{1001}',
  '\\',
  '\\1',
  '\\8',
  '\\Z',
  '\\C',
  '\\x4',
  '\\x{110000}',
];
const brokenEscapes = ['\\é', '\\y', '\\p', '\\pq', '\\p{', '[a-', '[b-a]', '[[:x:]]', '\ud83d'];

function sequences(tokens: readonly string[]): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...tokens), { minLength: 1, maxLength: 9 }).map((all) => all.join(''));
}

const valid = [...plain, ...plain, ...operators, ...sets, ...escapes, ...codes, ...openings, ...structure];

/** Sources of RE2's syntax, and sources that are nearly so. */
export const nearlyValid = sequences([...valid, ...broken, ...brokenToo, ...brokenEscapes]);

/** An expression and its tree. */
export interface Sample {
  readonly source: string;
  readonly node: Node;
}

/** Expressions, such as no one would write: about one in three sources at random is one. */
export const expressions: fc.Arbitrary<Sample> = sequences(valid)
  .map((source) => ({ source, node: parseExpression(source) }))
  .filter((sample): sample is Sample => !isExpressionError(sample.node));

/** Short texts of characters that those expressions are about. */
export const texts = fc
  .array(fc.constantFrom('a', 'b', 'A', 'k', 'K', '\u212a', 's', 'ſ', 'é', '1', '-', ' ', '\n', '_'), {
    maxLength: 6,
  })
  .map((all) => all.join(''));

/** Returns the tree of an expression that is one. */
export function parsed(source: string): Node {
  const node = parseExpression(source);
  if (isExpressionError(node)) throw new Error(`${source}: column ${node.column}: ${node.reason}`);
  return node;
}

/** Returns a tree without its places. */
export function withoutSpans(node: Node): unknown {
  return JSON.parse(
    JSON.stringify(node, (key, value) => (key === 'start' || key === 'end' ? undefined : value)),
  );
}
