import { describe, expect, it } from 'vitest';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { createScanner } from '../../src/recognize/scan.ts';
import { utc } from '../../src/syslog/zone.ts';
import { ruleOf } from '../rules/rule-of.ts';
import { readAt } from '../rules/samples.ts';

const stanza = ['program zpopd', 'match ^%{WORD} login %{USER} from %{ADDRESS}$'];

/** The outcomes of a message, as a string and among the bytes of a chunk. */
async function outcomesOf(message: string, ...lines: string[]) {
  const rules = [await ruleOf(...stanza, ...lines)];
  const text = `Nov 22 10:04:26 mx zpopd[1]: ${message}`;
  const one = createRecognizer({ rules, zone: utc, connectWindow: 120 });
  const context = { source: '', line: 0, isNew: false, writtenBefore: readAt };
  const whole = one.recognize(text, context);
  const other = createRecognizer({ rules, zone: utc, connectWindow: 120 });
  const bytes = Buffer.from(`${text}\n`);
  const outcomes: unknown[] = [];
  const chunk = { bytes, start: 0, end: bytes.length, firstLine: 0, ...context };
  createScanner(other).scan(chunk, (outcome) => outcomes.push(outcome));
  expect(outcomes).toEqual([whole]);
  expect([...other.refusals]).toEqual([...one.refusals]);
  return whole;
}

/** A message of so many bytes, whose user has so many. */
function messageOf(bytes: number, user: string): string {
  const rest = ` login ${user} from 192.0.2.10`;
  return 'x'.repeat(bytes - Buffer.byteLength(rest)) + rest;
}

const tooLong = { kind: 'refused', user: 'bob', address: '192.0.2.10' };

describe('a message that counts', () => {
  it.each([
    { bytes: 499, user: 'bob', expected: { kind: 'login' } },
    { bytes: 500, user: 'bob', expected: { ...tooLong, reason: 'a message over 499 bytes' } },
    { bytes: 499, user: 'ü', expected: { kind: 'login' } },
    { bytes: 500, user: '€'.repeat(80), expected: { kind: 'refused', reason: 'a message over 499 bytes' } },
  ])('has fewer than 500 bytes: $bytes, $user', async ({ bytes, user, expected }) => {
    expect(await outcomesOf(messageOf(bytes, user))).toMatchObject(expected);
  });

  it('has as many as its stanza says', async () => {
    const [longest, user] = ['longest 600', 'u'.repeat(200)];
    const closed = 'match ^%{WORD} login %{USER} from %{ADDRESS}, end$';
    const outcomeOf = (bytes: number) =>
      outcomesOf(`${messageOf(bytes - ', end'.length, user)}, end`, longest, closed);
    expect(await outcomeOf(600)).toMatchObject({ kind: 'login' });
    const reason = 'a message over 600 bytes';
    expect(await outcomeOf(601)).toMatchObject({ kind: 'refused', reason });
  });

  it.each([
    { bytes: 499, kind: 'login' },
    { bytes: 500, kind: 'refused', reason: 'an address that ends a message over 499 bytes' },
  ])('does not end with its address where that may be cut: $bytes', async ({ bytes, ...expected }) => {
    expect(await outcomesOf(messageOf(bytes, 'bob'), 'longest 600')).toMatchObject(expected);
    const closed = ['longest 600', 'match ^%{WORD} login %{USER} from %{ADDRESS}, end$'];
    expect(await outcomesOf(`${messageOf(bytes, 'bob')}, end`, ...closed)).toMatchObject({ kind: 'login' });
  });

  it.each([
    { user: 'u'.repeat(255), kind: 'login' },
    { user: 'u'.repeat(256), kind: 'refused' },
    { user: '€'.repeat(85), kind: 'login' },
    { user: '€'.repeat(86), kind: 'refused' },
  ])('has a user of 255 bytes at most: $user.length $kind', async ({ user, kind }) => {
    expect(await outcomesOf(`x login ${user} from 192.0.2.10`)).toMatchObject({ kind });
  });
});
