/** The bar on a real terminal, a pty that script(1) opens. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installPackages } from './install.ts';

const exact = fileURLToPath(new URL('../../bin/exact', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'exact-progress-'));
const log = join(folder, 'mail.log.gz');

beforeAll(() => {
  installPackages({ script: 'bsdutils' });
  const line =
    '2026-11-22T10:04:26.004217+00:00 mx postfix/qmgr[71]: 4ABC: from=<alice@example.org>, size=1234, nrcpt=1\n';
  // 2 GB that take seconds to unpack, made of one member (RFC 1952 section 2.2).
  const member = gzipSync(line.repeat(200_000));
  writeFileSync(log, Buffer.concat(Array(100).fill(member)));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What a terminal gets to see of a command line, with what goes to files left out. */
function seen(commandLine: string): string {
  const { stdout } = spawnSync('script', ['--quiet', '--command', commandLine, '/dev/null'], {
    encoding: 'utf8',
    env: { ...process.env, TERM: 'xterm' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return stdout;
}

const bar = /reading: \d+%, [\d.]+ MB\/s, \d+ s left \[#*-*\]/;

it('is on standard error, and gone at the end', () => {
  const text = seen(`${exact} parse ${log} >${folder}/found`);
  expect(text).toMatch(bar);
  expect(text.endsWith('\u001b[2K')).toBe(true);
});

it('keeps no file from being read since another cannot be looked at', () => {
  symlinkSync('loop', join(folder, 'loop'));
  const login =
    '2026-11-22T10:00:00Z mx dovecot: imap-login: Login: user=<alice>, method=PLAIN, rip=192.0.2.10, lip=192.0.2.1\n';
  writeFileSync(join(folder, 'small.log'), login);
  seen(`${exact} parse ${folder}/loop/x.log ${folder}/small.log >${folder}/found`);
  expect(readFileSync(join(folder, 'found'), 'utf8')).toContain('192.0.2.10\talice');
});

it.each([
  ['where standard error is no terminal', `parse --count ${log} 2>${folder}/told`],
  ['with -q', `parse -q ${log}`],
  ['where rows go to the same terminal', `parse ${log}`],
])('is not there %s', (_where, words) => {
  expect(seen(`${exact} ${words}`)).not.toContain('reading');
});
