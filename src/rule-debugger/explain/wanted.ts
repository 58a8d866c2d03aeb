/** What an expression wanted where it stopped, and what stood there, in words. */
import type { Node } from '../../rules/expression/ast.ts';
import { printExpression } from '../../rules/expression/print.ts';
import { expandMacros } from '../../rules/macros.ts';
import type { Stop } from './steps.ts';

/** More alternatives than this say less than the expression itself. */
const mostAlternatives = 4;
/** What is quoted from a line is cut to this many characters. */
const longestQuote = 40;

/** What was wanted. */
export interface Wanted {
  /** For people: `'OK u="'`, `%{ADDRESS}`, `the end`. */
  readonly words: string;
  /** The fixed text that was wanted first, '' where it was none. */
  readonly text: string;
}

/**
 * Returns what an expression wanted at a stop. `source` is the expression as written, undefined where that is
 * not what was compiled (an original-form rule's, translated).
 */
export function wantedAt(stop: Stop, source: string | undefined): Wanted {
  const nodes = stop.steps.map(({ node }) => node);
  const wanted = [];
  for (let step = stop.firstWanted; step <= stop.lastWanted; step++) {
    const node = nodes[step];
    if (node === undefined) break;
    wanted.push(step === stop.lastWanted ? required(nodes, step, source) : optional(node, source));
  }
  return { words: wanted.map(({ words }) => words).join(' or '), text: wanted.at(-1)?.text ?? '' };
}

function required(nodes: readonly Node[], step: number, source: string | undefined): Wanted {
  const node = nodes[step];
  if (node?.kind !== 'literal') return { words: wordsOf(node, source), text: '' };
  let first = step;
  // 'Logged in' says more than 'ged in' where the line has 'Login'.
  while (/^\w$/.test(node.text) && isWordCharacter(nodes[first - 1])) first--;
  const text = literalRun(nodes, first);
  return { words: quoted(text), text: literalRun(nodes, step) };
}

function optional(node: Node, source: string | undefined): Wanted {
  const body = node.kind === 'repetition' ? node.body : node;
  return { words: wordsOf(body, source), text: '' };
}

function isWordCharacter(node: Node | undefined): boolean {
  return node?.kind === 'literal' && /^\w$/.test(node.text);
}

function literalRun(nodes: readonly Node[], from: number): string {
  let text = '';
  for (const node of nodes.slice(from)) {
    if (node.kind !== 'literal') break;
    text += node.text;
  }
  return text;
}

function wordsOf(node: Node | undefined, source: string | undefined): string {
  if (node === undefined || (node.kind === 'anchor' && node.at === 'text-end')) return 'the end';
  const texts = textsOf(node);
  if (texts !== undefined) return texts.map(quoted).join(' or ');
  return sourceOf(node, source) ?? printExpression(node);
}

/** The texts that a node stands for, where they are few. */
function textsOf(node: Node): readonly string[] | undefined {
  if (node.kind === 'literal') return [node.text];
  if (node.kind === 'concatenation') {
    const texts = node.parts.map((part) => (part.kind === 'literal' ? part.text : undefined));
    return texts.includes(undefined) ? undefined : [texts.join('')];
  }
  if (node.kind !== 'alternation' || node.branches.length > mostAlternatives) return undefined;
  const all = node.branches.map(textsOf);
  return all.includes(undefined) ? undefined : all.flatMap((texts) => texts ?? []);
}

/** The node as its author wrote it; the macro that it is a part of. */
function sourceOf(node: Node, source: string | undefined): string | undefined {
  const expansion = source === undefined ? undefined : expandMacros(source);
  if (source === undefined || expansion === undefined || 'reason' in expansion) return undefined;
  const start = expansion.sourceColumn(node.start + 1) - 1;
  const macro = /%\{\w+\}/y;
  macro.lastIndex = start;
  const [name] = macro.exec(source) ?? [];
  if (name !== undefined) return name;
  const end = expansion.sourceColumn(node.end + 1) - 1;
  return end > start ? source.slice(start, end) : undefined;
}

/**
 * Returns what stands in a text from an offset on, in words: as much as was wanted, to the end of the word. Quotes
 * and brackets end it, so that it can be quoted itself.
 */
export function seenAt(text: string, at: number, wanted: string): string {
  if (at >= text.length) return 'the end';
  if (wanted === '' && text[at] === ' ') return 'a blank';
  const [punctuation] = /^[^\w\s:.]/.exec(text.slice(at)) ?? [];
  if (wanted === '' && punctuation !== undefined) return quoted(punctuation);
  let end = at + Math.max(1, wanted.length);
  if (/\w/.test(text[end - 1] ?? '')) {
    while (end - at < longestQuote && /[^\s"'`<>()[\]{},;]/.test(text[end] ?? ' ')) end++;
  }
  return quoted(text.slice(at, Math.min(end, at + longestQuote)).trimEnd());
}

function quoted(text: string): string {
  return `'${text}'`;
}
