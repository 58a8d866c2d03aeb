/**
 * Text that every match of an expression must contain. A line without it is passed over before it is decoded,
 * so it must be right, and should be rare. It is compared with the bytes of the log: characters that a decoder
 * makes of broken bytes (U+FFFD), or that no bytes make (lone surrogates), are never part of it.
 */
import type { CharacterClass, Node } from './ast.ts';

/** More texts than this are slower to search than the expression is to run. */
const maxTexts = 16;
/** Classes of more characters than this are not spelled out. */
const maxClassSize = 4;
/** What ten letters are worth: a rarer text is not worth a second one. */
const rareEnough = 40;
/** Longer texts are cut to this before what they have in common is sought: that takes cubic time. */
const maxCommonLength = 100;

/** What is known of the texts that a node matches. */
interface Knowledge {
  /** All of them; undefined where they are too many. */
  readonly exact: readonly string[] | undefined;
  /** Sets of texts; every match contains at least one of each set. */
  readonly sets: readonly (readonly string[])[];
}

const unknown: Knowledge = { exact: undefined, sets: [] };

/**
 * Returns the best text, case-sensitive, that every match of an expression contains; '' where none is known.
 * The longer the better, but blanks, digits and the punctuation of every log line count little.
 *
 * @example
 * requiredLiteral(parsed('^(?:imap|pop3)-login: Login: user=<(.*)>')); // '-login: Login: user=<'
 */
export function requiredLiteral(node: Node): string {
  return best(['', ...setsOf(knowledgeOf(node)).map(common)], rarity);
}

/**
 * Returns texts of which every match contains at least one: at most 16, none within another; empty where none
 * are known. It is the one of {@link requiredLiteral} where that is rare enough by itself.
 *
 * @example
 * requiredLiterals(parsed('^(?:login|connect) from')); // ['login from', 'connect from']
 */
export function requiredLiterals(node: Node): readonly string[] {
  const sets = [...setsOf(knowledgeOf(node))].sort((a, b) => a.length - b.length);
  const found = best([[], [requiredLiteral(node)], ...sets], (set) => Math.min(leastRarity(set), rareEnough));
  return found.filter((text) => !found.some((other) => other !== text && text.includes(other)));
}

function setsOf({ exact, sets }: Knowledge): readonly (readonly string[])[] {
  return exact === undefined ? sets : [exact, ...sets];
}

function knowledgeOf(node: Node): Knowledge {
  switch (node.kind) {
    case 'empty':
    case 'anchor':
      return { exact: [''], sets: [] };
    case 'literal':
      return node.ignoreCase || !isOfBytes(node.text) ? unknown : { exact: [node.text], sets: [] };
    case 'class':
      return { exact: membersOf(node), sets: [] };
    case 'any':
      return unknown;
    case 'group':
      return knowledgeOf(node.body);
    case 'repetition':
      return repeated(node.min, node.max, knowledgeOf(node.body));
    case 'concatenation':
      return joined(node.parts.map(knowledgeOf));
    case 'alternation':
      return either(node.branches.map(knowledgeOf));
  }
}

function membersOf(node: CharacterClass): readonly string[] | undefined {
  if (node.negated || node.ignoreCase || node.unicode.length > 0) return undefined;
  const members: string[] = [];
  for (const [from, to] of node.ranges) {
    if (to - from >= maxClassSize - members.length) return undefined;
    for (let point = from; point <= to; point++) members.push(String.fromCodePoint(point));
  }
  return members.every(isOfBytes) ? members : undefined;
}

function repeated(min: number, max: number, once: Knowledge): Knowledge {
  if (max === 0) return { exact: [''], sets: [] };
  if (min === 1 && max === 1) return once;
  if (min > 0) return { exact: undefined, sets: setsOf(once) };
  return max === 1 && once.exact !== undefined ? { exact: united([once.exact, ['']]), sets: [] } : unknown;
}

function joined(parts: readonly Knowledge[]): Knowledge {
  const sets: (readonly string[])[] = [];
  let run: readonly string[] = [''];
  let isExact = true;
  for (const part of parts) {
    sets.push(...part.sets);
    if (part.exact !== undefined && run.length * part.exact.length <= maxTexts) {
      const ends = part.exact;
      run = run.flatMap((text) => ends.map((end) => text + end));
    } else {
      sets.push(run);
      run = part.exact ?? [''];
      isExact = false;
    }
  }
  return isExact ? { exact: run, sets } : { exact: undefined, sets: [...sets, run] };
}

function either(branches: readonly Knowledge[]): Knowledge {
  const exact = united(branches.map((branch) => branch.exact));
  if (exact !== undefined) return { exact, sets: [] };
  const one = united(branches.map((branch) => best([undefined, ...setsOf(branch)], leastRarity)));
  return { exact: undefined, sets: one === undefined ? [] : [one] };
}

/** The texts of all sets; undefined where a set is unknown or they are too many. */
function united(sets: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const all = new Set<string>();
  for (const set of sets) {
    if (set === undefined) return undefined;
    for (const text of set) all.add(text);
  }
  return all.size <= maxTexts ? [...all] : undefined;
}

/** The best text that all the texts contain. */
function common(texts: readonly string[]): string {
  const [shortest = '', ...others] = [...texts].sort((a, b) => a.length - b.length);
  if (others.length === 0) return shortest;
  const from = [...shortest.slice(0, maxCommonLength)];
  const found: string[] = [''];
  for (let start = 0; start < from.length; start++) {
    let text = '';
    for (const character of from.slice(start)) {
      text += character;
      if (!others.every((other) => other.includes(text))) break;
      found.push(text);
    }
  }
  return best(found, rarity);
}

function isOfBytes(character: string): boolean {
  return !/[\ufffd\p{Surrogate}]/u.test(character);
}

/** How much a text tells a line from others: letters count most. */
function rarity(text: string): number {
  let sum = 0;
  for (const character of text) sum += /[\s\d.,:;[\]()]/.test(character) ? 1 : 4;
  return sum;
}

function leastRarity(texts: readonly string[] | undefined): number {
  return texts === undefined || texts.length === 0 ? 0 : Math.min(...texts.map(rarity));
}

function best<T>(all: readonly T[], worth: (one: T) => number): T {
  return all.reduce((found, one) => (worth(one) > worth(found) ? one : found));
}
