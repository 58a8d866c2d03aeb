/** What a backslash outside of brackets means. */
import type { Anchor, Node, Span } from './ast.ts';
import { hasCases, perlSets } from './character-set.ts';
import { type ExpressionSource, SyntaxFault } from './expression-source.ts';
import { characterOf, escapedCharacter, unicodeClass } from './parse-character.ts';

const anchors: Readonly<Record<string, Anchor['at']>> = {
  A: 'text-start',
  z: 'text-end',
  b: 'word-boundary',
  B: 'not-word-boundary',
};

/** What other languages have and RE2 has not, and what to write for it. */
const foreign: Readonly<Record<string, string>> = {
  C: "'\\C' is not in the rule language: text is characters, not bytes",
  E: "'\\E' ends no '\\Q'",
  G: "'\\G' is not in the rule language; write '^'",
  K: "'\\K' is not in the rule language; use a group",
  Z: "'\\Z' is not in the rule language; write '$'",
  h: "'\\h' is not in the rule language; write '[ \\t]'",
  k: 'back-references are not in the rule language: they are not linear',
};

/** Takes an escape, `\Q` excepted. Throws a {@link SyntaxFault} for what RE2 does not have. */
export function parseEscape(scanner: ExpressionSource, ignoreCase: boolean): Node {
  const start = scanner.at;
  const span = (): Span => ({ start, end: scanner.at });
  const [, letter = ''] = scanner.takeMatch(/\\([AzbBdDsSwW])/y) ?? [];
  const at = anchors[letter];
  if (at !== undefined) return { kind: 'anchor', at, ...span() };
  const set = perlSets[letter.toLowerCase()];
  if (set !== undefined) {
    const negated = letter !== letter.toLowerCase();
    return {
      kind: 'class',
      negated,
      ranges: set,
      unicode: [],
      ignoreCase: ignoreCase && hasCases(set),
      ...span(),
    };
  }
  const unicode = unicodeClass(scanner);
  if (unicode !== undefined)
    return { kind: 'class', negated: false, ranges: [], unicode: [unicode], ignoreCase, ...span() };
  const reason = foreign[scanner.source.charAt(start + 1)];
  if (reason !== undefined) throw new SyntaxFault(start, reason);
  return characterOf(escapedCharacter(scanner), ignoreCase, span());
}
