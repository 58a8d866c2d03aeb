import { describe, expect, it } from 'vitest';
import type { Login, Logout } from '../../src/relay/login.ts';
import type { Session } from '../../src/relay/session.ts';
import { noSessions, SessionMemory } from '../../src/relay/session-memory.ts';
import { savedSessions } from '../../src/state/saved-sessions.ts';
import { loginOf, noon } from './table-model.ts';

const sessionOf = (key: string, more: Partial<Session> = {}): Session => ({
  server: 'dovecot',
  stanza: 'dovecot',
  host: 'mx',
  kind: 'id',
  key,
  ...more,
});
const begun = (key: string, time = noon, more: Partial<Session> = {}): Login =>
  loginOf({ time, session: sessionOf(key, more) });
const ended = (key: string, time = noon, more: Partial<Session> = {}): Logout => ({
  time,
  server: 'dovecot',
  session: sessionOf(key, more),
});

/** Takes sessions that begin and end, and ends of others, all at noon. */
function live(memory: SessionMemory, matched: number, alone: number, more: Partial<Session> = {}): void {
  for (let number = 0; number < matched; number++) {
    memory.begin(begun(`s${number}`, noon, more));
    memory.end(ended(`s${number}`, noon, more));
  }
  for (let number = 0; number < alone; number++) memory.end(ended(`alone ${number}`, noon, more));
}

const later = noon + 60;
/** As the next run finds it. */
const nextRun = (memory: SessionMemory) =>
  new SessionMemory(savedSessions(JSON.parse(JSON.stringify(memory.save()))));
const opensOne = (memory: SessionMemory, more: Partial<Session> = {}) =>
  memory.begin(begun('new', later, more)) !== undefined;

describe('a login', () => {
  it('opens a session once the log has shown the end of one, in this run or an earlier one', () => {
    const memory = new SessionMemory(noSessions);
    expect(opensOne(memory)).toBe(false);
    live(memory, 1, 0);
    expect(opensOne(memory)).toBe(true);
    expect(opensOne(nextRun(memory))).toBe(true);
  });

  it.each<{ name: string; more: Partial<Session> }>([
    { name: 'another rule', more: { server: 'courier' } },
    { name: 'another stanza of the rule', more: { stanza: 'imap-login' } },
    { name: 'another host', more: { host: 'mx2' } },
    { name: 'another kind of session', more: { kind: 'process' } },
  ])('opens none for the ends of $name', ({ more }) => {
    const memory = new SessionMemory(noSessions);
    live(memory, 10, 0, more);
    expect(opensOne(memory)).toBe(false);
    expect(opensOne(memory, more)).toBe(true);
  });

  it.each([
    { matched: 1, alone: 1, opens: false },
    { matched: 49, alone: 1, opens: true },
    { matched: 48, alone: 1, opens: false },
    { matched: 980, alone: 20, opens: true },
    { matched: 979, alone: 21, opens: false },
    { matched: 5000, alone: 21, opens: false },
  ])('of a log with $matched ends of sessions and $alone of none: $opens', ({ matched, alone, opens }) => {
    const memory = new SessionMemory(noSessions);
    live(memory, matched, alone);
    expect(opensOne(memory)).toBe(opens);
    expect(opensOne(nextRun(memory))).toBe(opens);
  });

  it('opens one again when a thousand ends have matched', () => {
    const memory = new SessionMemory(noSessions);
    live(memory, 0, 500);
    expect(opensOne(memory)).toBe(false);
    live(memory, 979, 0);
    expect(opensOne(memory)).toBe(false);
    live(memory, 1, 0);
    expect(opensOne(memory)).toBe(true);
  });

  it('opens none where ends name no session, though others do', () => {
    const memory = new SessionMemory(noSessions);
    live(memory, 10, 0);
    memory.end(ended('', noon, { kind: 'none' }));
    expect(opensOne(memory)).toBe(false);
    live(memory, 40, 0);
    expect(opensOne(memory)).toBe(true);
    expect(memory.begin(begun('', later, { kind: 'none' }))).toBeUndefined();
  });

  it('opens none by ends that were seen a week ago', () => {
    const memory = new SessionMemory(noSessions);
    live(memory, 10, 0);
    memory.begin(begun('new', noon + 7 * 86_400));
    expect(nextRun(memory).begin(begun('newer', noon + 7 * 86_400))).toBeUndefined();
  });
});

describe('an end', () => {
  it('that comes within seconds before its login closes it, and counts as one that matched', () => {
    for (const between of [(same: SessionMemory) => same, nextRun]) {
      const memory = new SessionMemory(noSessions);
      live(memory, 1, 0);
      memory.end(ended('early', later));
      const next = between(memory);
      expect(next.begin(begun('early', later + 10))).toBeUndefined();
      expect(next.begin(begun('other', later + 600))).toBeDefined();
    }
  });

  it('that comes long before a login closes none, and matched none', () => {
    const memory = new SessionMemory(noSessions);
    live(memory, 49, 0);
    memory.end(ended('early', later));
    expect(memory.begin(begun('early', later + 11))).toBeDefined();
    memory.end(ended('second', later + 12));
    expect(memory.begin(begun('other', later + 600))).toBeUndefined();
  });

  it('has the id that its login has, and ends it once', () => {
    const memory = new SessionMemory(noSessions);
    live(memory, 1, 0);
    const id = memory.begin(begun('new'));
    expect(id).toMatch(/^[\w-]{12}$/);
    const next = nextRun(memory);
    expect(next.isOpen(begun('new'))).toBe(true);
    expect(next.end(ended('new', later))).toBe(id);
    expect(next.isOpen(begun('new'))).toBe(false);
    // An end that is logged twice has matched none the second time.
    next.end(ended('new', later));
    expect(next.begin(begun('other', later + 600))).toBeUndefined();
  });

  it('is expected as often as a session has begun: a proxy and its backend may both log it, by one id', () => {
    const memory = new SessionMemory(noSessions);
    live(memory, 1, 0);
    const id = memory.begin(begun('shared', later));
    expect(memory.begin(begun('shared', later))).toBe(id);
    // The first of them ends it in the relay table.
    expect(memory.end(ended('shared', later))).toBe(id);
    const next = nextRun(memory);
    expect(next.end(ended('shared', later))).toBe(id);
    expect(next.isOpen(begun('shared'))).toBe(false);
    expect(next.begin(begun('other', later + 600))).toBeDefined();
    next.end(ended('shared', later));
    expect(next.begin(begun('third', later + 1200))).toBeUndefined();
  });

  it('is expected once of a process, which serves one session at a time', () => {
    const memory = new SessionMemory(noSessions);
    const its = { kind: 'process' } as const;
    live(memory, 1, 0, its);
    memory.begin(begun('811', later, its));
    memory.begin(begun('811', later, its));
    memory.end(ended('811', later, its));
    expect(memory.isOpen(begun('811', later, its))).toBe(false);
  });

  it('of a session without a login says nothing', () => {
    const memory = new SessionMemory(noSessions);
    live(memory, 1, 0);
    expect(memory.end({ time: noon, server: 'dovecot' })).toBeUndefined();
    expect(opensOne(memory)).toBe(true);
  });

  it('is known to match a session that began days ago', () => {
    const memory = new SessionMemory(noSessions);
    memory.begin(begun('long'));
    const next = nextRun(memory);
    for (let day = 1; day <= 10; day++) {
      next.begin(begun(`day ${day}`, noon + day * 86_400));
      next.end(ended(`day ${day}`, noon + day * 86_400));
    }
    next.end(ended('long', noon + 11 * 86_400));
    expect(nextRun(next).begin(begun('new', noon + 12 * 86_400))).toBeDefined();
  });
});

it('what is kept is bounded, whatever a log holds', () => {
  const memory = new SessionMemory(noSessions);
  for (let number = 0; number < 50_000; number++) {
    memory.begin(begun(`b${number}`, noon));
    memory.end(ended(`e${number}`, noon, { host: `host ${number}` }));
  }
  const { servers, begun: younger, begunBefore, early } = nextRun(memory).save();
  expect([servers.length, early.length]).toEqual([100, 1000]);
  expect(younger.length + begunBefore.length).toBeLessThanOrEqual(2 * 20_000 * 12);
  // The newest are those that are kept.
  expect(memory.isOpen(begun('b49999', noon, { host: 'host 48999' }))).toBe(true);
});
