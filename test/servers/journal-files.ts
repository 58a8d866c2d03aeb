/** Journal files, which systemd-journal-remote makes of entries. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { installPackages } from './install.ts';

const remote = '/lib/systemd/systemd-journal-remote';

/** When the tests of the journal are, Unix seconds. */
export const now = 1_795_341_600;

/** What Dovecot 2.3.19 logs through syslog(3) under systemd 252: its log process writes for all the others. */
export const dovecot = {
  _HOSTNAME: 'mx',
  _SYSTEMD_UNIT: 'dovecot.service',
  _COMM: 'log',
  _EXE: '/usr/lib/dovecot/log',
  _UID: '0',
  _PID: '811',
  SYSLOG_IDENTIFIER: 'dovecot',
};

/** An entry of a journal. */
export interface Entry {
  /** Seconds before {@link now}. */
  readonly age: number;
  readonly fields: Readonly<Record<string, string | Buffer>>;
}

/** Installs what reads and makes journals. */
export function installJournal(): void {
  installPackages({ journalctl: 'systemd', [remote]: 'systemd-journal-remote' });
}

/** Adds entries to a journal file of a folder (systemd.io, Journal Export Formats). */
export function writeJournal(folder: string, entries: readonly Entry[], file = 'a'): void {
  const input = Buffer.concat(
    entries.flatMap(({ age, fields }) => [...exported(age, fields), Buffer.from('\n')]),
  );
  execFileSync(remote, ['-o', join(folder, `${file}.journal`), '--split-mode=none', '-'], {
    input,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

function exported(age: number, fields: Entry['fields']): Buffer[] {
  const microseconds = (now - age) * 1e6;
  const times = `__REALTIME_TIMESTAMP=${microseconds}\n__MONOTONIC_TIMESTAMP=${microseconds - 1.7e15}\n`;
  const boot = `_BOOT_ID=${'0123456789abcdef'.repeat(2)}\n`;
  return [
    Buffer.from(times + boot),
    ...Object.entries(fields).map(([name, value]) => field(name, Buffer.from(value))),
  ];
}

function field(name: string, value: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(value.length));
  return value.includes('\n')
    ? Buffer.concat([Buffer.from(`${name}\n`), length, value, Buffer.from('\n')])
    : Buffer.concat([Buffer.from(`${name}=`), value, Buffer.from('\n')]);
}
