/**
 * The built program on large logs, most of whose lines the machine decides. What comes of one is held against what comes of
 * it on a processor that cannot run the machine: V8 is told that this one cannot.
 */
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { samples } from '../rules/samples.ts';
import { isWhole } from '../seeds.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { dovecotLogin } from './run-exact.ts';

const exact = fileURLToPath(new URL('../../bin/exact', import.meta.url));
const megabyte = 1024 * 1024;
const withoutMachine = ['--no-enable-sse4-1'];

/** Every sample log, with what makes reading hard: more than a megabyte, so that the machine is asked; in CI some 4 MB. */
function hardLog(): Buffer {
  const once = Buffer.concat([
    ...samples.map(({ bytes }) => bytes),
    Buffer.from(`${'x'.repeat(300_000)}\n`),
    Buffer.from(dovecotLogin('2026-11-22T10:00:00Z', 'bób', '192.0.2.10').replace('\n', '\r\n')),
    Buffer.alloc(100_000),
  ]);
  const copies = Array<Buffer>(isWhole ? 3 : 1).fill(once);
  // No newline at its end: a file that is not written to any more may lack it.
  const last = dovecotLogin('2026-11-22T10:00:01Z', 'last', '192.0.2.11').trimEnd();
  return Buffer.concat([Buffer.alloc(2 * megabyte), ...copies, Buffer.from(last)]);
}

let folder: string;
let log: string;
let config: string;

beforeEach(() => {
  folder = temporaryFolder();
  log = join(folder, 'mail.log');
  config = join(folder, 'exact.conf');
  writeFileSync(config, 'timezone UTC\n');
});

const options = () => ['-c', config, '--now', '2026-11-22T12:00:00Z'];

function parse(
  words: readonly string[],
  { flags = [], input = '' }: { flags?: readonly string[]; input?: string | Buffer } = {},
): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [...flags, exact, 'parse', ...options(), ...words], {
    input,
    encoding: 'utf8',
    maxBuffer: 1024 * megabyte,
  });
}

/** What is printed with the machine, which must be what is printed without it. */
function bothWays(words: readonly string[], input: string | Buffer = ''): string {
  const [usual, fast] = [parse(words, { flags: withoutMachine, input }), parse(words, { input })];
  expect(fast.status).toBe(usual.status);
  expect(fast.stderr).toBe(usual.stderr);
  expect(fast.stdout === usual.stdout).toBe(true);
  return fast.stdout;
}

describe.skipIf(process.arch !== 'x64')('exact parse on a large log', () => {
  it('finds the same logins, each with its line, in a file, a compressed one and on standard input', () => {
    const bytes = hardLog();
    writeFileSync(log, bytes);
    writeFileSync(`${log}.gz`, gzipSync(bytes));
    const found = bothWays(['--json', log]);
    expect(found.split('\n').length).toBeGreaterThan(1000);
    expect(found).toContain('"user":"last"');
    const { stdout: unpacked } = parse(['--json', `${log}.gz`]);
    expect(unpacked.replaceAll('mail.log.gz', 'mail.log') === found).toBe(true);
    const { stdout: piped } = parse(['--json', '-'], { input: bytes });
    expect(piped.replaceAll('"source":"-"', `"source":"${log}"`) === found).toBe(true);
    expect(bothWays([log]).split('\n').length).toBe(found.split('\n').length);
  });

  it('goes from one file to the next, small ones and missing ones between them', () => {
    const small = join(folder, 'small.log');
    writeFileSync(log, hardLog());
    writeFileSync(small, dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.12'));
    const missing = join(folder, 'missing');
    expect(parse([missing, small])).toMatchObject({ status: 66 });
    expect(bothWays(['--json', small, log, missing, small, log])).toContain('"user":"alice"');
  });

  it('reads from where --since begins, to where --until ends', () => {
    const old = dovecotLogin('2026-11-20T10:00:00Z', 'old', '192.0.2.13').repeat(20_000);
    const recent = dovecotLogin('2026-11-22T10:00:00Z', 'new', '192.0.2.14').repeat(20_000);
    writeFileSync(log, old + recent);
    expect(bothWays(['--since', '2026-11-22T00:00:00Z', '--count', log])).toBe('20000\n');
    expect(bothWays(['--until', '2026-11-22T00:00:00Z', '--count', log])).toBe('20000\n');
  });

  it("goes by an administrator's rules, and finds what there is where logins are rare", () => {
    const servers = join(folder, 'servers.conf');
    writeFileSync(servers, '<server d>\nprogram d\nmatch ^%{USER} from %{ADDRESS}$\n</server>\n');
    writeFileSync(config, `timezone UTC\nserverdefs ${servers}\n`);
    const short = 'Nov 22 10:00:00 mx d[7]: b from 192.0.2.10\n';
    const rare = 'Nov 22 10:00:00 mx postfix/qmgr[7]: 4Xy: removed\n'.repeat(10_000);
    writeFileSync(log, `${rare}${short}${rare}${short.repeat(50_000)}${rare}${short.trimEnd()}`);
    expect(bothWays(['--count', log])).toBe('50002\n');
  });

  it('lets a signal end the program in the middle of a file', async () => {
    writeFileSync(log, dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.12').repeat(500_000));
    const child = spawn(process.execPath, [exact, 'parse', ...options(), '--json', log], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let bytes = 0;
    child.stdout.on('data', (piece: Buffer) => {
      // What it has not written yet, it cannot write before this has been read.
      if (bytes === 0) child.kill('SIGTERM');
      bytes += piece.length;
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(143);
    expect(bytes).toBeLessThan(50 * megabyte);
  });

  it('ends with the reader of its output', async () => {
    writeFileSync(log, dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.12').repeat(200_000));
    const child = spawn(process.execPath, [exact, 'parse', ...options(), log], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(0);
  });
});
