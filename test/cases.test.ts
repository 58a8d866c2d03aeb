/** Holds test/CASES.md true: every case is in it, and every test that it names is there, under its number. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** How many cases there are of each kind. */
const counts = { R: 27, T: 18, I: 13, L: 11, C: 12, S: 12, P: 10, G: 12, U: 8, V: 6 };

const rows = readFileSync(new URL('CASES.md', import.meta.url), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, number, where, what] = /^\| ([A-Z]\d\d) \| (.+?) \| (.+) \|$/.exec(line) ?? [];
    return number === undefined || where === undefined || what === undefined ? [] : [{ number, where, what }];
  });

it('every case has a test, or a sentence on why it has none', () => {
  const wanted = Object.entries(counts).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_none, index) => `${kind}${String(index + 1).padStart(2, '0')}`),
  );
  const held = rows.filter(({ where }) => where !== 'note').map(({ number }) => number);
  expect([...new Set(held)]).toEqual(wanted);
});

it.each(rows.filter(({ where }) => where.startsWith('`')))(
  '$number is in the name of a test of $where',
  ({ number, where, what }) => {
    expect(where).toMatch(/^`test\/.+\.test\.ts`$/);
    expect(what).toContain(number);
    const text = readFileSync(new URL(`../${where.slice(1, -1)}`, import.meta.url), 'utf8');
    // A name is a string, and no comment.
    expect(["'", '"', '`'].some((quote) => text.includes(`${quote}${what}${quote}`))).toBe(true);
  },
);

it.each(rows.filter(({ where }) => !where.startsWith('`')))(
  '$number is told in a sentence: $what',
  ({ where, what }) => {
    expect(['note', 'no test']).toContain(where);
    expect(what).toMatch(/^[A-Z].+\.$/);
  },
);
