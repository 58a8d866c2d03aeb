import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type HelperCall, isProgram, listsWord, runHelper } from '../../src/host/helper-program.ts';
import { failureOf } from '../maps/map-table.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A shell command as a program of an MTA. */
function shell(command: string, rest: Partial<HelperCall> = {}): HelperCall {
  return { program: 'sh', args: ['-c', command], where: 'helper', ...rest };
}

describe('runHelper()', () => {
  it('returns what a program printed, of any length', () => {
    expect(runHelper(shell('printf é; seq 400000')).length).toBe(2_688_896);
  });

  it('hands over text, an open file, or nothing', () => {
    const path = join(temporaryFolder(), 'lines');
    writeFileSync(path, 'of a file\n');
    const file = openSync(path, 'r');
    expect(runHelper(shell('cat', { input: 'text' }))).toBe('text');
    expect(runHelper(shell('cat', { input: file }))).toBe('of a file\n');
    expect(runHelper(shell('cat'))).toBe('');
    closeSync(file);
  });

  it('gives a program the environment of a daemon, and what it asks for', () => {
    const environment = runHelper(shell('env', { environment: { TCPREMOTEIP: '192.0.2.1' } })).split('\n');
    expect(environment).toContain('TCPREMOTEIP=192.0.2.1');
    expect(environment.some((line) => /^PATH=.*\/usr\/sbin/.test(line))).toBe(true);
    expect(environment.some((line) => line.startsWith('HOME='))).toBe(false);
  });

  it.each([
    { name: 'a failure', call: shell('echo one >&2; echo two >&2; exit 3'), want: "helper: exit 3: 'two'" },
    {
      name: 'a failure told on standard output',
      call: shell('echo why; exit 1'),
      want: "helper: exit 1: 'why'",
    },
    { name: 'a signal', call: shell('kill -9 $$'), want: 'helper: ended by SIGKILL' },
    {
      name: 'a program that is not there',
      call: shell('', { program: 'no-such-program' }),
      want: 'helper: no such program',
    },
    {
      name: 'whose program is missing',
      call: shell('', { program: 'no-such-program', comesWith: 'Courier' }),
      want: 'helper: no such program; it comes with Courier; exact-maps(7) has the output for another MTA',
    },
    {
      name: 'nothing of that where it is there',
      call: shell('exit 1', { comesWith: 'Courier' }),
      want: "helper: exit 1: ''",
    },
    {
      name: 'consequence and fix',
      call: shell('exit 1', { consequence: 'the old map stays', fix: 'use output cdb' }),
      want: "helper: exit 1: ''; the old map stays; use output cdb",
    },
  ])('tells $name', ({ call, want }) => {
    expect(failureOf(() => runHelper(call))).toBe(want);
  });

  it("takes 'found nothing' for an answer only if nothing was said", () => {
    const nothing = { foundNothing: 1 };
    expect(runHelper(shell('echo a; exit 1', nothing))).toBe('a\n');
    expect(failureOf(() => runHelper(shell('echo why >&2; exit 1', nothing)))).toBe("helper: exit 1: 'why'");
    expect(failureOf(() => runHelper(shell('exit 2', nothing)))).toBe("helper: exit 2: ''");
  });

  it('hands no word to a shell', () => {
    expect(runHelper({ program: 'printf', args: ['%s|', '$(id)', '; id', 'a b'], where: '' })).toBe(
      '$(id)|; id|a b|',
    );
  });
});

describe('isProgram()', () => {
  it('finds what may be run, and nothing else', () => {
    expect(['sh', 'no-such-program'].map(isProgram)).toEqual([true, false]);
  });
});

describe('listsWord()', () => {
  it.each([
    { command: 'echo btree; echo hash', want: true },
    { command: 'echo hash:x', want: false },
    { command: 'echo hash; exit 1', want: false },
  ])('is $want of $command', ({ command, want }) => {
    expect(listsWord('sh', ['-c', command], 'hash')).toBe(want);
  });
});
