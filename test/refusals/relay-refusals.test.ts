import { readdirSync, readFileSync } from 'node:fs';
import { checkSync } from 'recheck';
import { describe, expect, it } from 'vitest';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { createScanner } from '../../src/recognize/scan.ts';
import { createEximLog } from '../../src/refusals/exim-log.ts';
import { relayRefusalRules, relayRefusalsText, senderOf } from '../../src/refusals/relay-refusals.ts';
import type { Login } from '../../src/relay/login.ts';
import { compileStanza } from '../../src/rules/compile.ts';
import { isExpressionError } from '../../src/rules/expression/ast.ts';
import { isAnchoredAtEnd, isAnchoredAtStart } from '../../src/rules/expression/facts.ts';
import { parseExpression } from '../../src/rules/expression/parse.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { parseStanzas } from '../../src/rules/stanza.ts';
import { utc } from '../../src/syslog/zone.ts';

/** A refused recipient, as the client's conversation with the MTA had it; `optional`: a client that wrote oddly. */
interface Truth {
  readonly line: number;
  readonly refused: true | 'optional';
  readonly address: string;
  readonly sender?: string;
}

const folder = new URL('../maillogs/refusals/', import.meta.url);
const samples = readdirSync(folder)
  .filter((file) => file.endsWith('.log'))
  .map((file) => {
    const base = file.replace(/(?:\.iso|\.trad)?\.log$/, '');
    const rows = readFileSync(new URL(`${base}.expected.jsonl`, folder), 'utf8')
      .trimEnd()
      .split('\n');
    const truth = rows.map((row): Truth => JSON.parse(row));
    return { file, base, bytes: readFileSync(new URL(file, folder)), truth };
  });

const rules = relayRefusalRules();
const expressions = rules.flatMap((rule) =>
  (['match', 'connect', 'logout'] as const).flatMap((kind) => rule[kind].map((one) => ({ rule, kind, one }))),
);

function findingsOf({ bytes }: { readonly bytes: Buffer }, wanted: readonly Rule[]): Login[] {
  const scanner = createScanner(createRecognizer({ rules: wanted, zone: utc, connectWindow: 120 }));
  const found: Login[] = [];
  const chunk = {
    ...{ bytes, start: 0, end: bytes.length, source: 'sample', firstLine: 1, isNew: false },
    writtenBefore: Date.UTC(2026, 10, 25) / 1000,
  };
  for (const records of [undefined, createEximLog(utc).records(chunk)]) {
    scanner.scan(records === undefined ? chunk : { ...chunk, records }, (outcome) => {
      if (outcome.kind === 'login') found.push(outcome.login);
    });
  }
  return found;
}

describe('the rules for relay refusals', () => {
  it.each(samples)('find in $file every client that was refused, and no other', (sample) => {
    const found = findingsOf(sample, rules);
    const told = sample.truth.filter(({ refused }) => refused === true);
    if (sample.base === 'exim-mainlog') {
      // Records have no line numbers.
      expect(found.map(({ address, user }) => [address, senderOf(user)])).toEqual(
        told.map(({ address, sender }) => [address, sender]),
      );
      return;
    }
    const truth = new Map(sample.truth.map((row) => [row.line, row]));
    for (const { line, address, user } of found) {
      const row = truth.get(line);
      expect({ line, address }).toEqual({ line: row?.line, address: row?.address });
      expect(senderOf(user)).toBe(row?.sender);
    }
    expect(found.map(({ line }) => line)).toEqual(expect.arrayContaining(told.map(({ line }) => line)));
  });

  it.each(rules.map(({ name }) => name))('have a sample for %s', (name) => {
    expect(samples.some(({ base }) => base === name)).toBe(true);
  });

  it.each(expressions)('need each expression of $rule.name: $one.line', ({ rule, kind, one }) => {
    const without = { ...rule, [kind]: rule[kind].filter((other) => other !== one) };
    const others = rules.map((other) => (other === rule ? without : other));
    const all = samples.flatMap((sample) => findingsOf(sample, rules));
    const fewer = samples.flatMap((sample) => findingsOf(sample, others));
    // The end of a session ends the wait for its refusal: it is not there to be found.
    if (kind === 'logout') expect(fewer.length).toBe(all.length);
    else expect(fewer.length).toBeLessThan(all.length);
  });

  it.each(expressions)(
    'are anchored, and linear on V8: $rule.name $one.line',
    { timeout: 120_000 },
    ({ one }) => {
      const node = parseExpression(one.expanded);
      if (isExpressionError(node)) throw new Error(node.reason);
      expect([isAnchoredAtStart(node), isAnchoredAtEnd(node)]).toEqual([true, true]);
      expect(checkSync(one.expanded, 's', { randomSeed: 0, timeout: 60_000 }).status).toBe('safe');
    },
  );

  it('are what an admin may write', async () => {
    const { stanzas, problems } = parseStanzas('built in', relayRefusalsText());
    const compiled = await Promise.all(stanzas.map((stanza) => compileStanza(stanza, () => 0)));
    expect([...problems, ...compiled.flatMap((one) => one.problems)]).toEqual([]);
  });

  it('are none of those that find logins, which find none in the log of an MTA', async () => {
    const catalog = (await loadRules({ servers: ['auto'], files: [] })).rules;
    for (const sample of samples) expect(findingsOf(sample, catalog)).toEqual([]);
    expect(
      catalog.map(({ name }) => name).filter((name) => rules.some((rule) => rule.name === name)),
    ).toEqual([]);
  });
});

describe("Exim's own log", () => {
  const log = createEximLog(utc);
  it.each([
    { line: '2026-11-24 21:58:56 H=(h) [192.0.2.1] F=<>', time: '2026-11-24T21:58:56Z' },
    { line: '2026-11-24 21:58:56.123 +0100 [77] H=(h)', time: '2026-11-24T20:58:56Z' },
    { line: 'Nov 24 21:58:56 mx exim[1]: x', time: undefined },
    { line: ' Suggested action: use keep_environment.', time: undefined },
  ])('has the time of $line', ({ line, time }) => {
    expect(log.stampOf(Buffer.from(line), Date.UTC(2026, 10, 25) / 1000)).toBe(
      time === undefined ? undefined : Date.parse(time) / 1000,
    );
  });
});
