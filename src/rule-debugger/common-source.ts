/** What stands beside a match in several lines, as an expression: what lint proposes to write. */
import type { Rule } from '../rules/rule.ts';
import { parseEnvelope } from '../syslog/envelope.ts';
import { hostPlaces } from './suggest/client-line.ts';
import { posixSource } from './suggest/posix-source.ts';
import { templateOf } from './suggest/template.ts';
import { templateSource } from './suggest/template-source.ts';
import { tokensOf } from './suggest/token.ts';

/**
 * Returns an expression for parts that stand at the same place of several texts, in the language of the rule: in the form
 * of EXACT 1.41 the texts are whole lines. Undefined where there is none.
 */
export function commonSource(
  rule: Rule,
  parts: readonly { readonly text: string; readonly part: string }[],
): string | undefined {
  if (parts.length === 0 || parts.some(({ part }) => part.length > 200)) return undefined;
  const template = templateOf(
    parts.map(({ text, part }) => {
      const host = rule.isOriginalForm ? (parseEnvelope(text)?.host ?? '') : '';
      return tokensOf(part, hostPlaces(part, host));
    }),
  );
  return rule.isOriginalForm ? posixSource(template) : templateSource(template, { user: '', client: '' });
}
