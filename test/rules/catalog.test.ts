import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/recognize/outcome.ts';
import { catalogText } from '../../src/rules/catalog-text.ts';
import { compileStanza } from '../../src/rules/compile.ts';
import { isExpressionError } from '../../src/rules/expression/ast.ts';
import {
  captureCount,
  groupNames,
  isAnchoredAtEnd,
  isAnchoredAtStart,
} from '../../src/rules/expression/facts.ts';
import { parseExpression } from '../../src/rules/expression/parse.ts';
import { kinds } from '../../src/rules/kinds.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import type { Expression, Rule } from '../../src/rules/rule.ts';
import { parseStanzas } from '../../src/rules/stanza.ts';
import { parseEnvelope } from '../../src/syslog/envelope.ts';
import { isWhole } from '../seeds.ts';
import { faultsOf, findingsOf, type Sample, samples } from './samples.ts';

const { rules } = await loadRules({ servers: ['auto'], files: [] });
const servers = [...new Set(rules.map(({ name }) => name))];
const expressions = rules.flatMap((rule) =>
  kinds.flatMap((kind) => rule[kind].map((one) => ({ rule, kind, one }))),
);

describe('the catalog', () => {
  it.each(samples)('finds every login of $name, and nothing else', (sample) => {
    const findings = findingsOf(sample, rules);
    expect(faultsOf(sample, findings)).toEqual([]);
    expect([...findings.refusals.keys()].filter((reason) => reason.startsWith('read differently'))).toEqual(
      [],
    );
  });

  it.each(servers)('has samples for %s', (server) => {
    expect(samples.some((sample) => sample.server === server)).toBe(true);
  });

  it.each(servers)('finds with %s alone what is its own, and nothing in the logs of others', (server) => {
    const own = rules.filter(({ name }) => name === server);
    for (const [number, sample] of samples.entries()) {
      const isOwn = sample.server === server;
      // In CI the logs of all others.
      if (!isOwn && !isWhole && (number + servers.indexOf(server)) % 4 > 0) continue;
      const findings = findingsOf(sample, own);
      if (isOwn) expect(faultsOf(sample, findings)).toEqual([]);
      else expect([...findings.logins.values()], `${server} in ${sample.name}`).toEqual([]);
    }
  });

  // What the others keep out stands in catalog-attacks.test.ts and test/recognize/unclosed-line.test.ts.
  const found = expressions.filter(({ kind }) => ['match', 'connect', 'logout'].includes(kind));
  it.each(found)('needs each expression of $rule.name: $one.line $kind', ({ rule, kind, one }) => {
    const without: Rule = { ...rule, [kind]: rule[kind].filter((other) => other !== one) };
    const others = rules.map((other) => (other === rule ? without : other));
    const changed = samples
      .filter(({ server }) => server === rule.name)
      .some((sample) => toldByAll(sample) !== toldBy(findingsOf(sample, others).outcomes));
    expect(changed).toBe(true);
  });
});

const toldBySample = new Map<Sample, string>();

/** What all rules tell of a sample, which every expression is asked of. */
function toldByAll(sample: Sample): string {
  const told = toldBySample.get(sample) ?? toldBy(findingsOf(sample, rules).outcomes);
  toldBySample.set(sample, told);
  return told;
}

/** What is told of lines, with users and sessions; connect lines count by the logins that they make. */
function toldBy(outcomes: readonly Outcome[]): string {
  const told = outcomes.map((outcome) => {
    if (outcome.kind === 'login') return [outcome.login.user, outcome.login.session];
    return outcome.kind === 'logout' ? outcome.kind : undefined;
  });
  return JSON.stringify(told.filter((one) => one !== undefined));
}

describe('the expressions of the catalog', () => {
  const textsOf = (some: readonly Sample[]) => [
    ...new Set(some.flatMap(({ lines }) => lines.map((line) => parseEnvelope(line)?.message ?? line))),
  ];
  const all = textsOf(samples);
  const ownTexts = new Map(
    servers.map((server) => [server, textsOf(samples.filter((sample) => sample.server === server))]),
  );
  /** All texts in CI, else those of the server itself and some of the others'. */
  const textsFor = (server: string, number: number) =>
    isWhole ? all : [...(ownTexts.get(server) ?? []), ...all.filter((_text, at) => (at + number) % 8 === 0)];

  it('are what an admin may write: they compile, with the groups that a login needs, and are fast', async () => {
    const { stanzas, problems } = parseStanzas('built in', catalogText());
    const compiled = await Promise.all(stanzas.map((stanza) => compileStanza(stanza, () => 0)));
    expect([...problems, ...compiled.flatMap((one) => one.problems)]).toEqual([]);
  });

  it.each(expressions)(
    'match alike on V8 and on re2js: $rule.name $one.line',
    async ({ rule, kind, one }) => {
      const twin = (await compiledByAdmin(rule))[kind].find(({ line }) => line === one.line);
      const texts = textsFor(rule.name, one.line);
      // Half a million pairs: an expectation of each would take longer than both engines.
      expect(texts.filter((text) => !isDeepStrictEqual(one.match(text), twin?.match(text)))).toEqual([]);
    },
  );

  it.each(expressions)(
    'take the same characters for blanks on V8 and on re2js: $rule.name $one.line',
    async ({ rule, kind, one }) => {
      const twin = (await compiledByAdmin(rule))[kind].find(({ line }) => line === one.line);
      const own = ownTexts.get(rule.name)?.find((text) => one.match(text) !== undefined) ?? '';
      // V8's own set has each of these, RE2's has none.
      const texts = [...own].map(
        (_character, at) => own.slice(0, at) + ['\v', '\u00a0'][at % 2] + own.slice(at),
      );
      expect(texts.filter((text) => !isDeepStrictEqual(one.match(text), twin?.match(text)))).toEqual([]);
    },
  );

  it.each(expressions)(
    'are anchored at both ends, each group with a name: $rule.name $one.line',
    ({ one }) => {
      const node = parseExpression(one.expanded);
      if (isExpressionError(node)) throw new Error(node.reason);
      expect([isAnchoredAtStart(node), isAnchoredAtEnd(node)]).toEqual([true, true]);
      expect(groupNames(node).length).toBe(captureCount(node));
    },
  );
});

type Compiled = Readonly<Record<(typeof kinds)[number], readonly Expression[]>>;

const { stanzas } = parseStanzas('built in', catalogText());
const compiledRules = new Map<Rule, Promise<Compiled>>();

/** What a rule is where an admin wrote it, compiled once. */
function compiledByAdmin(rule: Rule): Promise<Compiled> {
  const compiled = compiledRules.get(rule) ?? compile(rule);
  compiledRules.set(rule, compiled);
  return compiled;
}

async function compile(rule: Rule): Promise<Compiled> {
  const line = kinds.flatMap((kind) => rule[kind])[0]?.line;
  const stanza = stanzas.find((one) => one.match.some((value) => value.line === line));
  if (stanza === undefined) throw new Error(`no stanza has line ${line}`);
  const { rule: compiled } = await compileStanza(stanza, () => 0);
  if (compiled === undefined) throw new Error(`${rule.name} does not compile`);
  return compiled;
}
