/** The journal, read by the real journalctl from journal files that systemd-journal-remote makes. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Chunk, JournalRecord } from '../../src/maillog/chunk.ts';
import { followJournal, readJournal } from '../../src/maillog/journal.ts';
import type { MaillogReading, ReadingOptions } from '../../src/maillog/maillog-reading.ts';
import type { Problem } from '../../src/problem.ts';
import type { SavedMaillog } from '../../src/state/maillog-cursor.ts';
import { dovecot, type Entry, installJournal, now, writeJournal } from './journal-files.ts';

beforeAll(installJournal);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exact-journal-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

const login = (n: number, age = 60 - n): Entry => ({ age, fields: { ...dovecot, MESSAGE: `login ${n}` } });

/** Adds entries to a journal file. */
function write(entries: readonly Entry[], file = 'a'): void {
  writeJournal(folder, entries, file);
}

let command: string[];
beforeEach(() => {
  command = ['journalctl', `--directory=${folder}`];
});

async function messages(reading: MaillogReading): Promise<string[]> {
  const all: string[] = [];
  for await (const { records, bytes, start, end } of reading.chunks()) {
    const lines = bytes.toString('utf8', start, end - 1).split('\n');
    expect(records).toHaveLength(lines.length);
    for (const { record } of records ?? []) all.push(record.message);
  }
  return all;
}

interface Run {
  readonly messages: string[];
  readonly reading: MaillogReading;
}

async function run(
  saved: SavedMaillog | undefined,
  maillog = 'journal:',
  options: Partial<ReadingOptions> = {},
): Promise<Run> {
  const reading = readJournal(
    maillog,
    saved,
    { now, lookback: 1800, rebuild: false, stampOf: () => undefined, countLines: true, ...options },
    command,
  );
  return { messages: await messages(reading), reading };
}

describe('readJournal()', () => {
  it('reads on from its cursor, and nothing twice', async () => {
    write([login(1), login(2)]);
    const first = await run(undefined);
    expect(first.messages).toEqual(['login 1', 'login 2']);
    expect(first.reading.facts).toMatchObject({ startedAfresh: true, lines: 2, lastLineTime: now - 58 });
    const second = await run(JSON.parse(JSON.stringify(first.reading.saved())));
    expect(second.messages).toEqual([]);
    expect(second.reading.saved()).toEqual(first.reading.saved());
    write([login(3), login(4)]);
    const third = await run(second.reading.saved());
    expect(third.messages).toEqual(['login 3', 'login 4']);
    expect(third.reading.facts.startedAfresh).toBe(false);
    expect(third.reading.problems).toEqual([]);
  });

  it('R27 with a match passes over no entry after the cursor', async () => {
    const other = { age: 50, fields: { ...dovecot, _SYSTEMD_UNIT: 'ssh.service', MESSAGE: 'other' } };
    write([login(1), other, login(2)]);
    const maillog = 'journal:_SYSTEMD_UNIT=dovecot.service';
    const first = await run(undefined, maillog);
    expect(first.messages).toEqual(['login 1', 'login 2']);
    write([{ ...other, age: 45 }, login(20), login(21), login(22)]);
    expect((await run(first.reading.saved(), maillog)).messages).toEqual([
      'login 20',
      'login 21',
      'login 22',
    ]);
  });

  it('a first run reads the last lookback seconds', async () => {
    write([login(1, 7200), login(2, 1790)]);
    expect((await run(undefined)).messages).toEqual(['login 2']);
    expect((await run(undefined, 'journal:', { rebuild: true, lookback: 9000 })).messages).toHaveLength(2);
  });

  it('R27 a cursor that is gone is a warning, and the last lookback seconds are read', async () => {
    write([login(1)]);
    const { reading } = await run(undefined);
    rmSync(join(folder, 'a.journal'));
    write([login(2), login(3)], 'b');
    const next = await run(reading.saved());
    expect(next.messages).toEqual(['login 2', 'login 3']);
    expect(next.reading.problems).toEqual([expect.objectContaining({ isWarning: true })]);
    expect(next.reading.facts.startedAfresh).toBe(true);
    expect((await run(next.reading.saved())).reading.problems).toEqual([]);
  });

  it.each([
    { name: 'from the future', cursor: (text: string) => text.replace(/t=\w+/, 't=760da8a8e9100') },
    { name: 'of another machine', cursor: (text: string) => text.replace(/s=\w+/, `s=${'7'.repeat(32)}`) },
    { name: 'that is none', cursor: () => 'hello' },
  ])('R27 so is a cursor $name', async ({ cursor }) => {
    write([login(1)]);
    const { reading } = await run(undefined);
    write([login(2)]);
    const next = await run({ journal: cursor(reading.saved().journal ?? '') });
    expect(next.messages).toEqual(['login 1', 'login 2']);
    expect(next.reading.problems).toHaveLength(1);
  });

  it('R27 a journal that was emptied is told of once, and read when it fills', async () => {
    write([login(1)]);
    const { reading } = await run(undefined);
    rmSync(join(folder, 'a.journal'));
    write([login(0, 90_000)], 'b');
    const empty = await run(reading.saved());
    expect(empty.messages).toEqual([]);
    expect(empty.reading.problems).toHaveLength(1);
    write([login(2)], 'b');
    const next = await run(empty.reading.saved());
    expect(next.messages).toEqual(['login 2']);
    expect(next.reading.problems).toEqual([]);
  });

  it('keeps a newline, bytes and a missing message inside their entries', async () => {
    write([
      { age: 50, fields: { ...dovecot, MESSAGE: Buffer.from('two\nlines') } },
      { age: 49, fields: { ...dovecot, MESSAGE: Buffer.from([0x61, 0xff, 0x1b]) } },
      { age: 48, fields: { ...dovecot, MESSAGE: 'x'.repeat(5000) } },
      { age: 47, fields: dovecot },
      login(20),
    ]);
    const { messages: read, reading } = await run(undefined);
    expect(read).toEqual(['two#012lines', 'a\ufffd#033', 'login 20']);
    expect((await run(reading.saved())).messages).toEqual([]);
  });

  it('gives each line with the fields that a sender cannot forge', async () => {
    write([login(1)]);
    const reading = readJournal(
      'journal:',
      undefined,
      { now, lookback: 1800, rebuild: false, stampOf: () => undefined, countLines: false },
      command,
    );
    for await (const { bytes, records, isNew, source } of reading.chunks()) {
      expect(bytes.toString()).toBe('2026-11-22T09:59:01.000Z mx dovecot[811]: login 1\n');
      expect(records?.[0]?.fields.get('_SYSTEMD_UNIT')).toBe('dovecot.service');
      expect({ isNew, source }).toEqual({ isNew: false, source: 'journal:' });
    }
  });

  it('saved() covers what was consumed', async () => {
    write(Array.from({ length: 2000 }, (_, n) => login(n, 1000)));
    const reading = readJournal(
      'journal:',
      undefined,
      { now, lookback: 1800, rebuild: false, stampOf: () => undefined, countLines: false },
      command,
    );
    const seen: string[] = [];
    let chunks = 0;
    for await (const { records } of reading.chunks()) {
      if (++chunks === 3) break;
      seen.push(...(records ?? []).map(({ record }) => record.message));
    }
    expect(seen.length).toBeGreaterThan(0);
    const rest = await run(reading.saved());
    expect([...seen, ...rest.messages]).toEqual(Array.from({ length: 2000 }, (_, n) => `login ${n}`));
  });

  it('takes no match for an option', async () => {
    write([login(1)]);
    const { messages: read, reading } = await run(undefined, 'journal:--vacuum-size=1 MESSAGE=none');
    expect(read).toEqual([]);
    expect(reading.problems).toEqual([expect.objectContaining({ status: 69 })]);
  });

  it('tells what is wrong: no journalctl, no journal, no permission; the cursor stays', async () => {
    const saved = { journal: 's=1' };
    command = ['/nonexistent/journalctl'];
    const noProgram = await run(saved);
    expect(noProgram.reading.problems).toEqual([
      expect.objectContaining({ status: 69, why: 'journalctl is not installed' }),
    ]);
    expect(noProgram.reading.saved()).toEqual(saved);
    command = ['journalctl', `--directory=${folder}/none`];
    const noJournal = await run(saved);
    expect(noJournal.reading.problems).toEqual([expect.objectContaining({ status: 69 })]);
    expect(noJournal.reading.saved()).toEqual(saved);
  });

  it('S03 keeps what came before journalctl failed, and does not start anew', async () => {
    const entry = (n: number) => ({
      ...dovecot,
      __CURSOR: `s=${n}`,
      __REALTIME_TIMESTAMP: '1',
      MESSAGE: `login ${n}`,
    });
    const script = join(folder, 'journalctl');
    const output = [1, 2].map((n) => JSON.stringify(entry(n))).join('\n');
    writeFileSync(script, `#!/bin/sh\ncat <<'END'\n${output}\nEND\necho 'Bad message' >&2\nexit 1\n`, {
      mode: 0o755,
    });
    command = [script];
    const { messages: read, reading } = await run({ journal: 's=1' });
    expect(read).toEqual(['login 2']);
    expect(reading.problems).toEqual([expect.objectContaining({ status: 69, why: 'Bad message' })]);
    expect(reading.saved()).toEqual({ journal: 's=2' });
  });

  it.skipIf(process.getuid?.() !== 0)('S05 names the group to join', async () => {
    write([login(1)]);
    chmodSync(join(folder, 'a.journal'), 0o640);
    command = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...command];
    const { reading } = await run(undefined);
    expect(reading.problems).toEqual([
      expect.objectContaining({
        status: 66,
        fix: expect.stringMatching(/^usermod -aG systemd-journal \w+$/),
      }),
    ]);
  });
});

describe('followJournal()', () => {
  it('gives entries since a time, then those that come, until it is told to end', async () => {
    write([login(1, 7200), login(2)]);
    const end = new AbortController();
    const problems: Problem[] = [];
    const options = {
      clock: () => now,
      since: now - 1800,
      signal: end.signal,
      onProblem: (problem: Problem) => problems.push(problem),
    };
    const chunks: AsyncGenerator<Chunk> = followJournal('journal:', options, command);
    const next = async () =>
      (await chunks.next()).value?.records?.map(({ record }: JournalRecord) => record.message);
    expect(await next()).toEqual(['login 2']);
    write([login(3)]);
    expect(await next()).toEqual(['login 3']);
    end.abort();
    expect(await next()).toBeUndefined();
    expect(problems).toEqual([]);
  });
});
