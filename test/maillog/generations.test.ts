/** Which files are rotated generations of a log, and in which order. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findDatedFiles, findGenerations } from '../../src/maillog/generations.ts';
import { LogOnDisk } from './log-on-disk.ts';

let log: LogOnDisk;
beforeEach(() => {
  log = new LogOnDisk();
});
afterEach(() => log.remove());

const found = (name = 'mail.log') => findGenerations(log.at(name)).map(({ path }) => basename(path));

describe('findGenerations()', () => {
  it.each([
    { name: 'logrotate', given: ['mail.log.1', 'mail.log.2.gz', 'mail.log.10.gz'], want: [2, 1, 0] },
    {
      name: 'savelog and newsyslog',
      given: ['mail.log.0', 'mail.log.1.bz2', 'mail.log.2.xz'],
      want: [2, 1, 0],
    },
    {
      name: 'dateext',
      given: ['mail.log-20261122', 'mail.log-20251231.gz', 'mail.log-20261121.zst'],
      want: [1, 2, 0],
    },
    {
      name: 'dateformat with hours, times or seconds',
      given: [
        'mail.log-2026112213',
        'mail.log-20261122-1405',
        'mail.log-20261121-1795341600',
        'mail.log-20261122',
      ],
      want: [2, 3, 0, 1],
    },
    {
      name: 'dates with separators',
      given: ['mail.log.2026-11-22', 'mail.log_20261121', 'mail.log.20261120'],
      want: [2, 1, 0],
    },
    {
      name: "logrotate's extension",
      given: ['mail-20261121.log.gz', 'mail-20261122.log', 'mail.3.log'],
      want: [2, 0, 1],
    },
    {
      name: 'months',
      given: ['mail.log-2026-11', 'mail.log-202610.gz', 'mail-2026-09.log'],
      want: [2, 1, 0],
    },
    { name: 'lz4', given: ['mail.log.1', 'mail.log.2.lz4'], want: [1, 0] },
    { name: 'scripts', given: ['mail.log.old', 'mail.log.bak'], want: [0, 1] },
    { name: 'weekdays', given: ['mail.log.Sun', 'mail.log.mon', 'mail.log-Tuesday.gz'], want: [0, 1, 2] },
  ])('knows the names of $name', ({ given, want }) => {
    for (const [index, name] of given.entries()) {
      log.append('x', name);
      log.age(name, name.startsWith('mail.3') ? 9000 : 1000 - index);
    }
    expect(found()).toEqual(want.map((index) => given[index]));
  });

  it.each([
    {
      name: 'multilog, svlogd and s6-log',
      given: ['@400000006921e40a2f0b1c2c.s', '@400000006921e40a1f0b1c2c.u', '@400000006921d00a1f0b1c2c.s'],
      others: ['@400000006921e40a2f0b1c2c.t', '@4000.s', 'lock', 'state', 'previous'],
      want: [2, 1, 0],
    },
    {
      name: 'metalog',
      given: ['log-2026-11-22-10:04:26', 'log-2026-11-21-23:00:00', 'log-2026-11-21-10:04:26.gz'],
      others: ['log-', 'log', '.timestamp', 'mail-2026-11-21-10:04:26'],
      want: [2, 1, 0],
    },
  ])('knows what $name make of current', ({ given, others, want }) => {
    for (const name of [...given, ...others]) log.append('x', name);
    expect(found('current')).toEqual(want.map((index) => given[index]));
    expect(found()).toEqual([]);
  });

  it('knows the files to one of which after another a link leads, by the form of their dates', () => {
    const others = ['auth-20261122.log', 'mail-2026112.log', 'mail-2026-11.log', 'mail-20261122.log.tmp'];
    const dated = ['mail-20261120.log.gz', 'mail-20261121.log', 'mail-20261122.log'];
    for (const name of [...dated, ...others]) log.append('x', name);
    const paths = findDatedFiles(log.at('mail-20261122.log')).map(({ path }) => basename(path));
    expect(paths).toEqual(dated);
    expect(findDatedFiles(log.at('mail.log'))).toEqual([]);
  });

  it('takes nothing else for one', () => {
    const others = [
      'mail.log',
      'mail.log.orig',
      'mail.log.Monitor',
      'mail.log-202613',
      'mail.log.1.swp',
      'mail.log.1.gz.tmp',
      'mail.log.bak.1',
      'mail.log1',
    ];
    const more = [
      'mail.login.1',
      'mail.err.1',
      'xmail.log.1',
      'mail.log.',
      'mail.log-',
      'mail.log-2026',
      'mail.1',
    ];
    for (const name of [...others, ...more]) writeFileSync(log.at(name), 'x');
    mkdirSync(log.at('mail.log.2'));
    expect(found()).toEqual([]);
  });

  it('takes the plain file where the compressed one stands beside it', () => {
    for (const name of ['mail.log.1.gz', 'mail.log.1', 'mail.log.2', 'mail.log.2.gz']) log.append('x', name);
    expect(found()).toEqual(['mail.log.2', 'mail.log.1']);
  });

  it('merges numbers and dates by their time', () => {
    const names = ['mail.log.2', 'mail.log-20261120', 'mail.log.1', 'mail.log-20261121'];
    for (const [index, name] of names.entries()) {
      log.append('x', name);
      log.age(name, 1000 - index);
    }
    expect(found()).toEqual(names);
  });

  it('works for a log without an extension', () => {
    for (const name of ['maillog.1', 'maillog-20261121', 'mail.log.1', 'maillog.err']) log.append('x', name);
    log.age('maillog.1', 100);
    expect(found('maillog')).toEqual(['maillog.1', 'maillog-20261121']);
  });
});
