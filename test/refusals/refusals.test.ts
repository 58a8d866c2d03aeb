import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../src/maillog/chunk.ts';
import { mtas, refusalLogs } from '../../src/mtas/mtas.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { createScanner } from '../../src/recognize/scan.ts';
import { RefusalReader } from '../../src/refusals/refusal-reader.ts';
import {
  type RefusalRule,
  refusalGroups,
  refusalKinds,
  refusalRules,
} from '../../src/refusals/refusal-rules.ts';
import type { RelayRefusal } from '../../src/refusals/relay-refusal.ts';
import { isExpressionError } from '../../src/rules/expression/ast.ts';
import { isAnchoredAtEnd, isAnchoredAtStart } from '../../src/rules/expression/facts.ts';
import { parseExpression } from '../../src/rules/expression/parse.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { parseStanzas } from '../../src/rules/stanza.ts';
import { utc } from '../../src/syslog/zone.ts';
import { findAmbiguity } from '../rules/linear/ambiguity.ts';
import { chunkOf, linesOf, type Sample, samples } from './samples.ts';

const ownLogs = refusalLogs.flatMap(({ ownLog }) => ownLog?.open(utc) ?? []);
const rules = refusalLogs.flatMap((log) => refusalRules(log));
const expressions = rules.flatMap((rule) =>
  refusalKinds.flatMap((kind) => rule[kind].map((one) => ({ rule, kind, one }))),
);

/** Returns what is found in a sample, by the number of the line. */
function findingsIn({ bytes }: Pick<Sample, 'bytes'>, wanted: readonly RefusalRule[]) {
  const reader = new RefusalReader({ rules: wanted, ownLogs, zone: utc, connectWindow: 120 });
  const found = new Map<number, RelayRefusal>();
  let line = 0;
  for (const chunk of linesOf(bytes)) {
    line++;
    reader.read(chunk, (refusal) => {
      expect(found.has(line), `line ${line} tells of two`).toBe(false);
      found.set(line, refusal);
    });
  }
  return found;
}

/** Returns what is found in a few lines of a log, which are read together. */
function refusalsIn(lines: readonly string[], more: Partial<Chunk> = {}): RelayRefusal[] {
  const reader = new RefusalReader({ rules, ownLogs, zone: utc, connectWindow: 120 });
  const found: RelayRefusal[] = [];
  const chunk = chunkOf(Buffer.from(lines.map((line) => `${line}\n`).join('')));
  reader.read({ ...chunk, ...more }, (refusal) => found.push(refusal));
  return found;
}

describe('the rules for relay refusals', () => {
  it.each(samples)('find in $file every client that was refused, and no other', (sample) => {
    const found = findingsIn(sample, rules);
    const truth = new Map(sample.truth.map((row) => [row.line, row]));
    for (const [line, { address, sender }] of found) {
      const row = truth.get(line);
      expect({ line, address, sender }).toEqual({
        line: row?.line,
        address: row?.address,
        sender: row?.sender,
      });
    }
    const told = sample.truth.filter(({ refused }) => refused === true).map(({ line }) => line);
    expect([...found.keys()]).toEqual(expect.arrayContaining(told));
  });

  it('read in one chunk what they read line by line', () => {
    for (const sample of samples) {
      const whole: RelayRefusal[] = [];
      const reader = new RefusalReader({ rules, ownLogs, zone: utc, connectWindow: 120 });
      reader.read(chunkOf(sample.bytes), (refusal) => whole.push(refusal));
      expect(whole).toEqual([...findingsIn(sample, rules).values()]);
    }
  });

  it.each(mtas.filter(({ refusals }) => refusals !== undefined))('have a sample of $name', ({ name }) => {
    const its = samples.filter(({ mta }) => mta === name);
    expect(its.flatMap(({ truth }) => truth)).not.toEqual([]);
  });

  it.each(expressions)('need each expression of $rule.name: $one.line', ({ rule, kind, one }) => {
    const without = { ...rule, [kind]: rule[kind].filter((other) => other !== one) };
    const others = rules.map((other) => (other === rule ? without : other));
    const all = samples.flatMap((sample) => [...findingsIn(sample, rules).values()]);
    const fewer = samples.flatMap((sample) => [...findingsIn(sample, others).values()]);
    // The end of a session ends the wait for its refusal: it is not there to be found.
    if (kind === 'logout') expect(fewer.length).toBe(all.length);
    else expect(fewer.length).toBeLessThan(all.length);
  });

  it.each(expressions)('are anchored, and linear on V8: $rule.name $one.line', ({ one }) => {
    const node = parseExpression(one.expanded);
    if (isExpressionError(node)) throw new Error(node.reason);
    expect([isAnchoredAtStart(node), isAnchoredAtEnd(node)]).toEqual([true, true]);
    expect(findAmbiguity(node)).toBeUndefined();
  });

  it.each(refusalLogs)('are stanzas with what is read, and nothing else', (log) => {
    const { stanzas, problems } = parseStanzas('built in', log.stanzas);
    expect(problems).toEqual([]);
    for (const { broken, journal, order } of stanzas) expect([broken, journal, order]).toEqual([[], [], []]);
    const groups = refusalRules(log)
      .flatMap((rule) => refusalKinds.flatMap((kind) => rule[kind]))
      .flatMap(({ expanded }) => [...expanded.matchAll(/\(\?<(\w+)>/g)].map(([, name = '']) => name));
    expect(groups.filter((name) => !(refusalGroups as readonly string[]).includes(name))).toEqual([]);
  });

  it('are none of those that find logins, which find none in the log of an MTA', async () => {
    const catalog = (await loadRules({ servers: ['auto'], files: [] })).rules;
    for (const { bytes } of samples) {
      const scanner = createScanner(createRecognizer({ rules: catalog, zone: utc, connectWindow: 120 }));
      const logins: unknown[] = [];
      const chunk = chunkOf(bytes);
      for (const log of [undefined, ...ownLogs]) {
        const records = log === undefined ? {} : { records: log.records(chunk) };
        scanner.scan({ ...chunk, ...records }, (outcome) => {
          if (outcome.kind === 'login') logins.push(outcome.login);
        });
      }
      expect(logins).toEqual([]);
    }
    const names = catalog.map(({ name }) => name);
    expect(rules.map(({ name }) => name).filter((name) => names.includes(name))).toEqual([]);
  });
});

describe('a relay refusal', () => {
  const message =
    'NOQUEUE: reject: RCPT from c.example[192.0.2.7]: 554 5.7.1 <bob@remote.example>: Relay access denied;' +
    ' from=<> to=<bob@remote.example> proto=ESMTP helo=<c.example>';
  const line = (stamp: string) => `${stamp} mx postfix/smtpd[7]: ${message}`;
  const refusal = {
    ...{ address: '192.0.2.7', sender: '', recipient: 'bob@remote.example', mta: 'postfix', pid: '7' },
    ...{ verb: 'reject', cause: '554 5.7.1 <bob@remote.example>: Relay access denied' },
    time: Date.UTC(2026, 10, 24, 9) / 1000,
  };

  it('has the time of the line, the client, and what it said', () => {
    expect(refusalsIn([line('2026-11-24T09:00:00Z')])).toEqual([refusal]);
  });

  it('is found in the journal by the time of its entry', () => {
    const record = { stamp: '', host: 'mx', program: 'postfix/smtpd', pid: '7', message };
    const records = [{ time: refusal.time, record, fields: new Map() }];
    expect(refusalsIn([line('2026-11-24T10:00:00Z')], { records })).toEqual([refusal]);
  });

  it('has no stamp in the future: a clock that is a little ahead counts as now, and what is more is passed over', () => {
    const lines = [line('2026-11-25T00:01:00Z'), line('2026-11-25T00:03:00Z'), line('never')];
    expect(refusalsIn(lines)).toEqual([{ ...refusal, time: Date.UTC(2026, 10, 25) / 1000 }]);
  });

  it.each([
    { name: 'has the address that its session began with', between: [], found: ['192.0.2.9'] },
    {
      name: 'has none of a session that has ended',
      between: ['00000000000000aa smtp disconnected reason=quit'],
      found: [],
    },
    { name: 'has none of another session', session: '00000000000000bb', between: [], found: [] },
    { name: 'has none of a session that began long ago', seconds: '03:00', between: [], found: [] },
  ])('$name', (way) => {
    const { session = '00000000000000aa', seconds = '00:10', between, found } = way;
    const refused =
      `${session} smtp failed-command command="RCPT TO:<bob@remote.example>"` +
      ' result="550 Invalid recipient: <bob@remote.example>"';
    const said = [`00000000000000aa smtp connected address=192.0.2.9 host=c.example`, ...between];
    const lines = said.map((text) => `2026-11-24T09:00:00Z mx smtpd[4]: ${text}`);
    const all = refusalsIn([...lines, `2026-11-24T09:${seconds}Z mx smtpd[4]: ${refused}`]);
    expect(all.map(({ address }) => address)).toEqual(found);
    expect(all.map(({ recipient, sender }) => [recipient, sender])).toEqual(
      found.map(() => ['bob@remote.example', undefined]),
    );
  });
});
