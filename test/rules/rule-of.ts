/** Rules and trials for tests: from the lines of a stanza, on lines of a log. */

import { Samples } from '../../src/rule-debugger/samples.ts';
import { createTrial, type LineResult, type SampleLine } from '../../src/rule-debugger/trial.ts';
import { compileStanza } from '../../src/rules/compile.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { parseStanzas } from '../../src/rules/stanza.ts';
import { utc } from '../../src/syslog/zone.ts';
import { readAt } from './samples.ts';

/** What every trial of the tests is made with. */
export const trialOptions = { zone: utc, connectWindow: 120 };

/** Three lines of a server that no rule knows. */
export const zpopd = [
  'Nov 22 10:04:26 mx zpopd[811]: 5f2a: LOGIN OK u="alice" peer=192.0.2.10:41822 tls',
  'Nov 22 10:04:31 mx zpopd[813]: 5f2b: LOGIN OK u="bob" peer=[2001:db8::10]:50112',
  'Nov 22 10:04:40 mx zpopd[815]: 5f2c: LOGIN FAIL u="carol" peer=192.0.2.66:40001',
];

/** Compiles a stanza of these lines. */
export async function ruleOf(...lines: string[]): Promise<Rule> {
  const [stanza] = parseStanzas('test', ['<server test>', ...lines, '</server>'].join('\n')).stanzas;
  if (stanza === undefined) throw new Error('no stanza');
  const { rule, problems } = await compileStanza(stanza, () => 0);
  if (rule === undefined) throw new Error(JSON.stringify(problems));
  return rule;
}

/** Returns the lines as a sample. */
export function sampleOf(lines: readonly string[], more: Partial<SampleLine> = {}): SampleLine[] {
  return lines.map((text, index) => ({
    text,
    context: { source: 'test', line: index + 1, isNew: false, writtenBefore: readAt },
    ...more,
  }));
}

/** Tries rules on a sample. So many near misses are explained, or as many as `exact test-rule` explains. */
export async function tried(
  rules: readonly Rule[],
  sample: readonly SampleLine[],
  explained?: number,
): Promise<{ readonly results: readonly LineResult[]; readonly samples: Samples }> {
  const trial = await createTrial({ ...trialOptions, rules }, explained);
  const samples = new Samples(trialOptions);
  const results = sample.map((line) => {
    const result = trial.take(line);
    samples.take(line, result);
    return result;
  });
  return { results, samples };
}
