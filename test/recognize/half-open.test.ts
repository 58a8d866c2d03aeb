/** Two clients at once whose connect lines bear one process number: containers, or hosts that log under one name. */
import { describe, expect, it } from 'vitest';
import { createRecognizer, type Recognizer } from '../../src/recognize/recognizer.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { utc } from '../../src/syslog/zone.ts';

const text = `
<server pair>
  program pair starter
  connect ^peer %{ADDRESS}$
  match ^user (?<user>\\w+)$
  logout ^end$
</server>
`;
const { rules } = await loadRules({ servers: ['pair'], files: [{ path: 'f', text }] });
const now = Date.parse('2026-11-22T10:10:00Z') / 1000;

function recognizer(): Recognizer {
  return createRecognizer({ rules, zone: utc, connectWindow: 120 });
}

/** Reads lines of one process, each `MM:SS MESSAGE`, or `MM:SS PROGRAM: MESSAGE`; returns what the last one is. */
function read(on: Recognizer, ...lines: string[]): string | undefined {
  const context = { source: 'log', line: 7, isNew: false, writtenBefore: now };
  const outcomes = lines.map((line) => {
    const [, time, program = 'pair', message] = /^(\S+) (?:(\w+): )?(.*)$/.exec(line) ?? [];
    return on.recognize(`Nov 22 10:${time} mx ${program}[1]: ${message}`, context);
  });
  const last = outcomes.at(-1);
  if (last?.kind === 'login') return `${last.login.user} ${last.login.address}`;
  return last?.kind === 'refused' ? last.reason : last?.kind;
}

const first = '04:00 peer 192.0.2.1';
const stranger = '04:30 peer 192.0.2.66';

describe('the later of two connect lines of a process is that of its login', () => {
  it.each([
    { name: 'where the first has ended', lines: [first, '04:20 end', stranger, '04:31 user bob'] },
    { name: 'where the first waited too long', lines: ['02:29 peer 192.0.2.1', stranger, '04:31 user bob'] },
    { name: 'where the first has logged in', lines: [first, '04:20 user eve', stranger, '04:31 user bob'] },
    { name: 'of one client', lines: ['04:00 starter: peer ::ffff:192.0.2.66', stranger, '04:31 user bob'] },
  ])('$name', ({ lines }) => {
    expect(read(recognizer(), ...lines)).toBe('bob 192.0.2.66');
  });
});

describe('a login of a process with two connect lines of two clients is none', () => {
  const reason = 'no connect line that must be its own, two clients at once having its number';

  it.each([
    { name: 'at once', between: [] },
    { name: 'whoever connects a third time', between: ['05:30 peer 192.0.2.1'] },
    { name: 'where one of them has ended', between: ['05:30 end'] },
  ])('$name', ({ between }) => {
    expect(read(recognizer(), first, stranger, ...between, '05:31 user bob')).toBe(reason);
  });

  it('in the next run too', () => {
    const [one, other] = [recognizer(), recognizer()];
    read(one, first, stranger);
    other.importHalfOpen(one.exportHalfOpen(Date.parse('2026-11-22T10:05:00Z') / 1000));
    expect(read(other, '05:30 peer 192.0.2.1', '05:31 user bob')).toBe(reason);
  });

  it('and neither is the next one', () => {
    expect(read(recognizer(), first, stranger, '04:40 user bob', '04:41 user eve')).toBe('no connect line');
  });
});
