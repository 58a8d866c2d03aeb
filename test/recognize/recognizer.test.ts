import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/recognize/outcome.ts';
import { createRecognizer, type LineContext, type Recognizer } from '../../src/recognize/recognizer.ts';
import { createScanner } from '../../src/recognize/scan.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { utc } from '../../src/syslog/zone.ts';

const text = `
<server one>
  program one both
  match ^login %{USER} from %{ADDRESS}$
  logout ^bye %{USER} from %{ADDRESS}$
</server>
<server other>
  program both other
  match ^login (?<user>\\S+).* from %{ADDRESS}$
</server>
<server pair>
  program pair
  connect ^peer (?:id=%{SESSION} )?%{ADDRESS}$
  match ^user (?<user>\\w+)(?: id=%{SESSION})?$
  logout ^end(?: id=%{SESSION})?$
</server>
<server guarded>
  program guarded
  match ^login %{USER} from %{ADDRESS}$
  journal _SYSTEMD_UNIT=guarded.service
  journal _UID=0
</server>
<server breaking>
  program breaking other2 one pair
  match ^login %{USER} from %{ADDRESS}$
  broken 40
</server>
<server own>
  program -
  match ^INFO login %{USER} from %{ADDRESS}$
</server>
<server whole>
  order user host
  match (mx) exact: ([a-z]+) ([0-9.]+)
</server>
`;
const { rules, problems } = await loadRules({
  servers: ['one', 'other', 'pair', 'guarded', 'breaking', 'own', 'whole'],
  files: [{ path: 'f', text }],
});

const now = Date.parse('2026-11-22T10:10:00Z') / 1000;

function recognizer(connectWindow = 120): Recognizer {
  return createRecognizer({ rules, zone: utc, connectWindow });
}

function context(more: Partial<LineContext> = {}): LineContext {
  return { source: 'log', line: 7, isNew: false, writtenBefore: now, ...more };
}

/** Reads lines of host mx, each `MM:SS PROGRAM[PID]: MESSAGE`, as written at 10 o'clock. */
function read(on: Recognizer, ...lines: string[]): (Outcome | undefined)[] {
  return lines.map((line) => on.recognize(line.replace(/^(\S+) /, 'Nov 22 10:$1 mx '), context()));
}

function loginsIn(outcomes: readonly (Outcome | undefined)[]): string[] {
  return outcomes.flatMap((outcome) =>
    outcome?.kind === 'login' ? [`${outcome.login.user} ${outcome.login.address}`] : [],
  );
}

describe('a line that the logger broke', () => {
  const piece = `04:00 breaking: ${'x'.repeat(40)}`;
  const rest = 'breaking: login x from 203.0.113.66';
  const refused = {
    kind: 'refused',
    reason: 'the rest of a broken line',
    user: 'x',
    address: '203.0.113.66',
  };

  it.each(['04:00', '09:59'])('is followed by its rest, which is no login, at %s too', (time) => {
    const on = recognizer();
    expect(read(on, piece, `${time} ${rest}`)).toMatchObject([undefined, refused]);
    expect([...on.refusals]).toEqual([['the rest of a broken line', 1]]);
  });

  it('is followed by its rest in the next run, however late that is', () => {
    const [before, on] = [recognizer(), recognizer()];
    read(before, piece);
    on.importHalfOpen(JSON.parse(JSON.stringify(before.exportHalfOpen(now + 86_400))));
    expect(loginsIn(read(on, `09:00 ${rest}`, `09:00 ${rest}`))).toEqual(['x 203.0.113.66']);
  });

  it('has any number of pieces, and one that looks like a login', () => {
    const like = `04:00 breaking: login ${'y'.repeat(30)} from 203.0.113.66`;
    expect(loginsIn(read(recognizer(), piece, piece, like, `04:00 ${rest}`))).toEqual([]);
    expect(read(recognizer(), like)).toMatchObject([{ kind: 'login' }]);
    expect(loginsIn(read(recognizer(), like, `04:00 ${rest}`))).toHaveLength(1);
  });

  it('says the same to every stanza for its program', () => {
    expect(
      read(recognizer(), piece.replace('breaking', 'one'), '04:00 one: login x from 203.0.113.66'),
    ).toEqual([undefined, { ...refused, rule: 'one' }]);
    const connect = ['04:00 pair[1]: peer 203.0.113.66', '04:00 pair[1]: user x'];
    const broken = piece.replace('breaking', 'pair[1]');
    expect(loginsIn(read(recognizer(), broken, ...connect))).toEqual([]);
    expect(loginsIn(read(recognizer(), ...connect))).toEqual(['x 203.0.113.66']);
    expect(read(recognizer(), broken, '04:00 pair[1]: end')).toEqual([undefined, undefined]);
  });

  it.each([
    { name: 'what follows its rest', lines: [piece, '04:00 breaking: rest', `04:00 ${rest}`] },
    { name: 'what follows an empty rest', lines: [piece, '04:00 breaking: ', `04:00 ${rest}`] },
    { name: 'logins before it', lines: [`03:58 ${rest}`, piece] },
    { name: 'another program', lines: [piece, '04:00 other2: login x from 203.0.113.66'] },
    { name: 'another process', lines: [piece, `04:00 ${rest.replace(':', '[2]:')}`] },
    { name: 'what follows a shorter line', lines: [piece.slice(0, -1), `04:00 ${rest}`] },
  ])('says nothing about $name', ({ lines }) => {
    expect(loginsIn(read(recognizer(), ...lines))).toEqual(['x 203.0.113.66']);
  });

  it('is as long as it is in bytes', () => {
    const lines = [`04:00 breaking: ${'€'.repeat(14)}`, `04:00 ${rest}`];
    expect(loginsIn(read(recognizer(), ...lines))).toEqual([]);
  });

  it('costs no login behind it, among the bytes of a chunk, where its rest is nothing to any rule', () => {
    const line = (host: string, message: string) => `Nov 22 10:04:00 ${host} breaking: ${message}\n`;
    const login = (user: string) => `login ${user} from 192.0.2.1`;
    const text = [
      ...Array.from({ length: 100 }, () => line('a', 'nothing')),
      line('a', 'x'.repeat(40)),
      line('b', login('of-b')),
      line('a', 'rest'),
      line('a', login('of-a')),
    ].join('');
    const on = recognizer();
    const outcomes: Outcome[] = [];
    createScanner(on).scan(
      { ...context(), bytes: Buffer.from(text), start: 0, end: text.length, firstLine: 1 },
      (outcome) => outcomes.push(outcome),
    );
    expect(loginsIn(outcomes)).toEqual(['of-b 192.0.2.1', 'of-a 192.0.2.1']);
    expect([...on.refusals]).toEqual([]);
  });

  it('costs no login where its rest is the first line of the next run', () => {
    const [before, on] = [recognizer(), recognizer()];
    read(before, piece);
    on.importHalfOpen(before.exportHalfOpen(now));
    const text = ['rest', 'login bob from 192.0.2.1'].map(
      (message) => `Nov 22 10:04:00 mx breaking: ${message}\n`,
    );
    const outcomes: Outcome[] = [];
    const bytes = Buffer.from(text.join(''));
    createScanner(on).scan({ ...context(), bytes, start: 0, end: bytes.length, firstLine: 0 }, (outcome) =>
      outcomes.push(outcome),
    );
    expect(loginsIn(outcomes)).toEqual(['bob 192.0.2.1']);
  });
});

it('the rules of this test compile', () => expect(problems).toEqual([]));

describe('a login', () => {
  it('has all that the line and its place say', () => {
    const [outcome] = read(recognizer(), '04:26 one[811]: login bob from ::ffff:192.0.2.10');
    expect(outcome).toEqual({
      kind: 'login',
      login: {
        time: Date.parse('2026-11-22T10:04:26Z') / 1000,
        address: '192.0.2.10',
        user: 'bob',
        server: 'one',
        host: 'mx',
        program: 'one',
        pid: '811',
        source: 'log',
        line: 7,
        session: { server: 'one', stanza: 'one', host: 'mx', kind: 'process', key: 'mx\0one\x00811' },
      },
    });
  });

  it('has a session of no kind where nothing tells it from others', () => {
    const [outcome] = read(recognizer(), '04:26 one: login bob from 192.0.2.10');
    expect(outcome).toMatchObject({ login: { session: { kind: 'none', key: '' } } });
  });

  it('has no session where its rule knows no end of one: it would never end', () => {
    const [outcome] = read(recognizer(), '04:26 other[811]: login bob from 192.0.2.10');
    expect(outcome?.kind === 'login' && !('session' in outcome.login)).toBe(true);
  });

  it('and its logout have the same session', () => {
    const [login, logout] = read(
      recognizer(),
      '04:26 one[1]: login bob from 192.0.2.10',
      '04:30 one[1]: bye bob from 192.0.2.10',
    );
    expect(logout).toEqual({
      kind: 'logout',
      logout: {
        time: Date.parse('2026-11-22T10:04:30Z') / 1000,
        server: 'one',
        session: login?.kind === 'login' ? login.login.session : undefined,
      },
    });
  });

  it.each([
    { address: '0.0.0.0', reason: 'the unspecified address' },
    { address: '224.0.0.1', reason: 'a multicast address' },
    { address: '1.2.3.256', reason: 'not an address' },
    { address: '01.2.3.4', reason: 'not an address' },
    { address: '::', reason: 'the unspecified address' },
    { address: 'dead', reason: 'not an address' },
  ])('I06: from $address is none: $reason', ({ address, reason }) => {
    const on = recognizer();
    expect(read(on, `04:26 one[1]: login bob from ${address}`)).toEqual([
      { kind: 'refused', rule: 'one', reason, user: 'bob', address },
    ]);
    expect([...on.refusals]).toEqual([[reason, 1]]);
  });

  it.each(['anonymous', 'Anonymous', 'anonymous x', 'anonymous@example.org'])('of %s is none', (user) => {
    expect(read(recognizer(), `04:26 one[1]: login ${user} from 192.0.2.10`)).toMatchObject([
      { kind: 'refused', reason: 'an anonymous login' },
    ]);
  });

  it('of a loopback address is one: the relay table refuses it', () => {
    expect(loginsIn(read(recognizer(), '04:26 one[1]: login bob from 127.0.0.1'))).toEqual(['bob 127.0.0.1']);
  });

  it.each([
    { name: 'another program', line: '04:26 three[1]: login bob from 192.0.2.10' },
    { name: 'no program', line: '04:26 login bob from 192.0.2.10' },
    { name: "Exact's own line", line: '04:26 exact: bob 192.0.2.10' },
    { name: 'a program without name, by syslog', line: '04:26 INFO login bob from 192.0.2.10' },
  ])('is not taken from $name', ({ line }) => {
    expect(read(recognizer(), line)).toEqual([undefined]);
  });

  it('of a log without tags is one', () => {
    const line = '2026-11-22 10:04:26,505 INFO login bob from 192.0.2.10';
    expect(loginsIn([recognizer().recognize(line, context())])).toEqual(['bob 192.0.2.10']);
  });
});

describe('two rules for a program', () => {
  it('that read a line alike make one login', () => {
    expect(loginsIn(read(recognizer(), '04:26 both[1]: login bob from 192.0.2.10'))).toEqual([
      'bob 192.0.2.10',
    ]);
  });

  it('that read it differently make none, and both are named', () => {
    const on = recognizer();
    expect(read(on, '04:26 both[1]: login bob smith from 192.0.2.10')).toEqual([
      { kind: 'conflict', rules: ['one', 'other'] },
    ]);
    expect([...on.refusals]).toEqual([['read differently by one and other', 1]]);
  });
});

describe('stamps', () => {
  const line = (stamp: string): string => `${stamp} mx one[1]: login bob from 192.0.2.10`;
  const timeOf = (stamp: string, more?: Partial<LineContext>): number | string | undefined => {
    const outcome = recognizer().recognize(line(stamp), context(more));
    return outcome?.kind === 'login'
      ? outcome.login.time - now
      : outcome?.kind === 'refused'
        ? outcome.reason
        : undefined;
  };
  it.each([
    { name: 'past', stamp: '2026-11-22T10:09:00Z', isNew: false, want: -60 },
    { name: 'T07: 2 minutes ahead, in a backlog', stamp: '2026-11-22T10:12:00Z', isNew: false, want: 0 },
    {
      name: 'T07: more ahead, in a backlog',
      stamp: '2026-11-22T10:12:01Z',
      isNew: false,
      want: 'a stamp in the future',
    },
    {
      name: 'T07: in 2099, in a backlog',
      stamp: '2099-11-22T10:12:01Z',
      isNew: false,
      want: 'a stamp in the future',
    },
    { name: 'T13: hours ahead, in new lines', stamp: '2026-11-22T12:10:00Z', isNew: true, want: 0 },
    { name: 'T07: in 2099, in new lines', stamp: '2099-11-22T10:12:01Z', isNew: true, want: 0 },
    { name: 'T12: past, in new lines', stamp: '2026-11-22T09:50:00Z', isNew: true, want: -1200 },
    {
      name: 'T18: none of any calendar',
      stamp: '2026-13-22T10:09:00Z',
      isNew: true,
      want: 'a stamp that is no time',
    },
    { name: 'T18: no month', stamp: 'Okt 22 10:09:00', isNew: true, want: 'a stamp that is no time' },
  ])('$name', ({ stamp, isNew, want }) => {
    expect(timeOf(stamp, { isNew })).toBe(want);
  });
});

describe('a login on two lines', () => {
  it('is joined by the process', () => {
    expect(
      loginsIn(
        read(
          recognizer(),
          '04:00 pair[1]: peer 192.0.2.1',
          '04:01 pair[2]: peer 192.0.2.2',
          '04:02 pair[2]: user bob',
          '04:03 pair[1]: user eve',
        ),
      ),
    ).toEqual(['bob 192.0.2.2', 'eve 192.0.2.1']);
  });

  it('is joined by the session where both lines carry it, whatever the process', () => {
    expect(
      loginsIn(
        read(
          recognizer(),
          '04:00 pair[9]: peer id=a 192.0.2.1',
          '04:01 pair[9]: peer id=b 192.0.2.2',
          '04:02 pair[2]: user bob id=a',
          '04:03 pair[3]: user eve id=b',
        ),
      ),
    ).toEqual(['bob 192.0.2.1', 'eve 192.0.2.2']);
  });

  it("is nobody's where two clients were given the same session", () => {
    const clash = ['04:00 pair[8]: peer id=a 192.0.2.1', '04:00 pair[9]: peer id=a 192.0.2.66'];
    const reason = 'no connect line that must be its own, two clients at once having its number';
    expect(read(recognizer(), ...clash, '04:01 pair[2]: user bob id=a').at(-1)).toMatchObject({ reason });
    const ended = [...clash, '04:01 pair[3]: end id=a', '04:01 pair[7]: peer id=a 192.0.2.66'];
    expect(loginsIn(read(recognizer(), ...ended, '04:02 pair[2]: user bob id=a'))).toEqual([]);
    const again = ['04:00 pair[8]: peer id=a 192.0.2.1', '04:00 pair[8]: peer id=a 192.0.2.1'];
    expect(loginsIn(read(recognizer(), ...again, '04:01 pair[2]: user bob id=a'))).toEqual(['bob 192.0.2.1']);
    const later = ['04:00 pair[8]: peer id=a 192.0.2.66', '06:01 pair[8]: peer id=a 192.0.2.1'];
    expect(loginsIn(read(recognizer(), ...later, '06:01 pair[2]: user bob id=a'))).toEqual(['bob 192.0.2.1']);
  });

  describe('in a log that names no process', () => {
    /** Reads lines that are new. */
    const readNew = (on: Recognizer, ...lines: string[]) =>
      lines.map((line) =>
        on.recognize(line.replace(/^(\S+) /, 'Nov 22 10:$1 mx '), context({ isNew: true })),
      );
    const alone = ['04:00 pair: peer 192.0.2.1', '04:01 pair: user bob'];

    it('is joined where one client alone is connected, and with no other for as long as that may last', () => {
      const on = recognizer();
      expect(loginsIn(readNew(on, ...alone))).toEqual(['bob 192.0.2.1']);
      expect(loginsIn(readNew(on, '04:03 pair: peer 192.0.2.66', '04:04 pair: user bob'))).toEqual([]);
      expect(loginsIn(readNew(on, '04:05 pair: peer 192.0.2.1', '04:06 pair: user bob'))).toEqual([]);
    });

    it('is joined as often as one client connects', () => {
      const lines = [...alone, '04:02 pair: peer 192.0.2.1', '04:03 pair: user bob'];
      expect(loginsIn(readNew(recognizer(), ...lines))).toEqual(['bob 192.0.2.1', 'bob 192.0.2.1']);
    });

    it.each([
      { name: 'has connected between', lines: ['04:00 pair: peer 192.0.2.1', '04:00 pair: peer 192.0.2.66'] },
      { name: 'was there first', lines: ['03:00 pair: peer 192.0.2.66', '04:00 pair: peer 192.0.2.1'] },
      {
        name: 'came when the first waited for long',
        lines: ['00:30 pair: peer 192.0.2.1', '04:00 pair: peer 192.0.2.66'],
      },
    ])('is none where a stranger $name', ({ lines }) => {
      const outcomes = readNew(recognizer(), ...lines, '04:01 pair: user bob');
      const reason = 'no connect line that must be its own, in a log without process numbers';
      expect(outcomes.at(-1)).toMatchObject({ kind: 'refused', reason });
    });

    it('is none after so many have connected that some are forgotten', () => {
      const flood = Array.from({ length: 250 }, () => '04:00 pair: peer 192.0.2.66');
      const lines = ['03:59 pair: peer 192.0.2.1', ...flood, '04:01 pair: user bob'];
      expect(loginsIn(readNew(recognizer(), ...lines))).toEqual([]);
    });

    it.each([
      [alone.slice(0, 1), 1],
      [['03:59 pair: peer 192.0.2.66', ...alone.slice(0, 1)], 0],
    ] as const)('goes on in the next run: %j', (before, logins) => {
      const [first, second] = [recognizer(), recognizer()];
      readNew(first, ...before);
      second.importHalfOpen(first.exportHalfOpen(now));
      expect(loginsIn(readNew(second, ...alone.slice(1)))).toHaveLength(logins);
    });
  });

  it('is not joined across hosts', () => {
    const on = recognizer();
    read(on, '04:00 pair[1]: peer 192.0.2.1');
    const other = on.recognize('Nov 22 10:04:01 mx2 pair[1]: user bob', context());
    expect(other).toMatchObject({ kind: 'refused', reason: 'no connect line', user: 'bob' });
  });

  it.each([
    { name: 'no connect line', lines: ['04:00 pair[1]: user bob'] },
    {
      name: 'a second login of the process',
      lines: ['04:00 pair[1]: peer 192.0.2.1', '04:01 pair[1]: user eve', '04:02 pair[1]: user bob'],
    },
    {
      name: 'a connect line that is too old',
      lines: ['04:00 pair[1]: peer 192.0.2.1', '06:01 pair[1]: user bob'],
    },
    {
      name: 'a connect line of a session that has ended',
      lines: ['04:00 pair[1]: peer 192.0.2.1', '04:01 pair[1]: end', '04:02 pair[1]: user bob'],
    },
    { name: 'a connect line after it', lines: ['04:10 pair[1]: peer 192.0.2.1', '04:09 pair[1]: user bob'] },
  ])('is none with $name', ({ lines }) => {
    const on = recognizer();
    const outcomes = read(on, ...lines);
    expect(outcomes.at(-1)).toMatchObject({ kind: 'refused', reason: 'no connect line' });
    expect([...on.refusals]).toEqual([['no connect line', 1]]);
  });

  it('is none with no process and no session, in a backlog: who connected before it, nobody knows', () => {
    const [, outcome] = read(recognizer(), '04:00 pair: peer 192.0.2.1', '04:01 pair: user bob');
    expect(outcome).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/^no connect line that/),
    });
  });

  it('is one at the end of the window', () => {
    expect(loginsIn(read(recognizer(), '04:00 pair[1]: peer 192.0.2.1', '06:00 pair[1]: user bob'))).toEqual([
      'bob 192.0.2.1',
    ]);
  });

  it('survives the end of a run in the state file', () => {
    const first = recognizer();
    read(
      first,
      '04:00 pair[1]: peer 192.0.2.1',
      '04:01 pair[2]: peer id=a 192.0.2.2',
      '03:00 pair[3]: peer 192.0.2.3',
    );
    const saved = JSON.parse(JSON.stringify(first.exportHalfOpen(Date.parse('2026-11-22T10:05:30Z') / 1000)));
    expect(saved).toHaveLength(2);
    const second = recognizer();
    second.importHalfOpen(saved);
    expect(loginsIn(read(second, '05:00 pair[1]: user bob', '05:01 pair[7]: user eve id=a'))).toEqual([
      'bob 192.0.2.1',
      'eve 192.0.2.2',
    ]);
  });

  it('L09: waits in a bounded number', () => {
    const on = recognizer();
    for (let pid = 1; pid <= 10_001; pid++) read(on, `04:00 pair[${pid}]: peer 192.0.2.1`);
    expect(on.exportHalfOpen(now)).toEqual([]);
    expect(on.exportHalfOpen(now - 360)).toHaveLength(10_000);
    expect(loginsIn(read(on, '04:01 pair[1]: user bob', '04:01 pair[2]: user bob'))).toEqual([
      'bob 192.0.2.1',
    ]);
  });

  it('L09: forgets the connect line that has waited longest', () => {
    const on = recognizer();
    for (let pid = 1; pid <= 10_000; pid++) read(on, `04:00 pair[${pid}]: peer 192.0.2.1`);
    read(on, '04:01 pair[1]: end', '04:01 pair[1]: peer 192.0.2.2', '04:01 pair[10001]: peer 192.0.2.3');
    expect(loginsIn(read(on, '04:02 pair[1]: user bob', '04:02 pair[2]: user eve'))).toEqual([
      'bob 192.0.2.2',
    ]);
  });
});

describe('recognizeRecord()', () => {
  const record = {
    stamp: '',
    host: 'mx',
    program: 'guarded',
    pid: '1',
    message: 'login bob from 192.0.2.10',
  };
  const fields = new Map([
    ['_SYSTEMD_UNIT', 'guarded.service'],
    ['_UID', '0'],
  ]);

  it('takes the time of the journal', () => {
    const outcome = recognizer().recognizeRecord(record, now - 5, context(), fields);
    expect(outcome).toMatchObject({
      kind: 'login',
      login: { time: now - 5, user: 'bob', server: 'guarded' },
    });
  });

  it.each([
    { name: 'another unit', fields: new Map([...fields, ['_SYSTEMD_UNIT', 'user@1000.service']]) },
    { name: 'a field that is missing', fields: new Map([['_SYSTEMD_UNIT', 'guarded.service']]) },
    { name: 'no fields', fields: new Map<string, string>() },
  ])('I11: does not believe $name', ({ fields: forged }) => {
    expect(recognizer().recognizeRecord(record, now, context(), forged)).toBeUndefined();
  });

  it('I11: does not believe a file where the rule wants the journal', () => {
    expect(read(recognizer(), '04:26 guarded[1]: login bob from 192.0.2.10')).toEqual([undefined]);
  });

  it.each([
    { name: 'of systemd before 257', unit: 'pop@0-192.0.2.1:110-198.51.100.23:49301.service' },
    { name: 'with a cookie', unit: 'pop@17-2639-192.0.2.1:110-198.51.100.23:49301.service' },
    {
      name: 'by IPv6',
      unit: 'pop@1-2640-2001:db8::1:110-2001:db8:7::4d:49301.service',
      peer: '2001:db8:7::4d',
    },
    { name: 'not of one that is started once', unit: 'popa3d.service', peer: undefined },
    { name: 'not of one that names somebody', unit: 'pop@198.51.100.23.service', peer: undefined },
    { name: 'not of a session', unit: 'session-1-192.0.2.1:22-198.51.100.23:49301.scope', peer: undefined },
  ])('takes the client from the unit of its connection, $name', ({ unit, ...of }) => {
    const { peer = undefined } = 'peer' in of ? of : { peer: '198.51.100.23' };
    const entry = { ...record, program: 'pair', message: 'user bob' };
    const outcome = recognizer().recognizeRecord(entry, now, context(), new Map([['_SYSTEMD_UNIT', unit]]));
    expect(outcome).toMatchObject(
      peer === undefined
        ? { kind: 'refused', reason: 'no connect line' }
        : { kind: 'login', login: { user: 'bob', address: peer } },
    );
  });

  it('refuses records from the future', () => {
    const outcome = recognizer().recognizeRecord(record, now + 121, context(), fields);
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'a stamp in the future' });
  });

  it('shows original-form rules the line that a file would have', async () => {
    const old = '<server old>\norder user host\nmatch (mx) p\\[1\\]: ([a-z]+) ([0-9.]+)$\n</server>';
    const loaded = await loadRules({ servers: ['old'], files: [{ path: 'f', text: old }] });
    const on = createRecognizer({ rules: loaded.rules, zone: utc, connectWindow: 120 });
    const outcome = on.recognizeRecord(
      { ...record, program: 'p', message: 'bob 192.0.2.1' },
      now,
      context(),
      new Map(),
    );
    expect(outcome).toMatchObject({ kind: 'login', login: { user: 'bob', address: '192.0.2.1' } });
  });
});
