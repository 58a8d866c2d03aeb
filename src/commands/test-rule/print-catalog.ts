/** `exact test-rule --list` and `--show NAME`: the rules that there are, and their stanzas to copy from. */
import type { Settings } from '../../config/settings.ts';
import { ExitStatus } from '../../exit-status.ts';
import { Failure } from '../../problem.ts';
import { catalogText } from '../../rules/catalog-text.ts';
import { stanzaTexts } from '../../rules/stanza-text.ts';
import { nearestName } from '../../terminal/nearest.ts';
import { formatTable } from '../../terminal/table.ts';
import type { TestRuleInvocation } from './options.ts';
import { type RulesUnderTest, serversFiles } from './rules-under-test.ts';

/** Lists the rules: name, programs, versions, where the stanza stands. */
export function listRules(invocation: TestRuleInvocation, under: RulesUnderTest): ExitStatus {
  const { stdout } = invocation.world;
  const rules = [...under.rules].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  if (invocation.has('json')) {
    for (const { name, programs, versions, origin, isOriginalForm } of rules) {
      stdout.write(`${JSON.stringify({ kind: 'rule', name, programs, versions, origin, isOriginalForm })}\n`);
    }
    return ExitStatus.ok;
  }
  const columns = [
    { title: '' },
    { title: '', mayShrink: true },
    { title: '', mayShrink: true },
    { title: '' },
  ];
  const rows = rules.map(({ name, programs, versions, origin }) =>
    [name, programs.length === 0 ? 'any program' : programs.join(' '), versions, origin].map((text) => ({
      text,
    })),
  );
  for (const line of formatTable(columns, rows, stdout.columns)) stdout.write(`${line}\n`);
  return ExitStatus.ok;
}

/** Prints the stanzas of a rule as they are written, with the comments before them. */
export function showRule(invocation: TestRuleInvocation, settings: Settings, name: string): ExitStatus {
  const files = [{ path: 'built in', text: catalogText() }, ...serversFiles(invocation, settings)];
  const stanzas = files.map(({ path, text }) => ({ path, texts: stanzaTexts(text) }));
  // A later file takes the place of an earlier one.
  const found = stanzas.findLast(({ texts }) => texts.some((stanza) => stanza.name === name));
  if (found === undefined) {
    const known = new Set(stanzas.flatMap(({ texts }) => texts.map((stanza) => stanza.name)));
    const nearest = nearestName(name, known);
    throw new Failure({
      status: ExitStatus.config,
      where: `--show ${name}`,
      what: 'no such rule',
      ...(nearest === undefined ? {} : { why: `nearest: ${nearest}` }),
      fix: 'see exact test-rule --list',
    });
  }
  const own = found.texts.filter((stanza) => stanza.name === name);
  const { stdout } = invocation.world;
  if (invocation.has('json')) {
    for (const { text } of own) {
      stdout.write(`${JSON.stringify({ kind: 'stanza', name, origin: found.path, stanza: text })}\n`);
    }
    return ExitStatus.ok;
  }
  stdout.write(own.map(({ text }) => `${text}\n`).join('\n'));
  return ExitStatus.ok;
}
