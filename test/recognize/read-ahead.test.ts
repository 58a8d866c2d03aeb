/**
 * The thread of the built program that reads large files ahead. What comes of a file is held against what comes of the
 * same bytes on standard input, for which there is no thread.
 */
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { closeSync, cpSync, openSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ReadAhead } from '../../src/recognize/read-ahead.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { dovecotLogin } from '../commands/run-exact.ts';
import { samples } from '../rules/samples.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const megabyte = 1024 * 1024;

/** Every sample log, again and again, with what makes reading hard, and some 12 MB of all. */
function hardLog(): Buffer {
  const all = Buffer.concat(samples.map(({ bytes }) => bytes));
  const once = Buffer.concat([
    all,
    Buffer.from(`${'x'.repeat(300_000)}\n`),
    Buffer.from(dovecotLogin('2026-11-22T10:00:00Z', 'bób', '192.0.2.10').replace('\n', '\r\n')),
    Buffer.alloc(100_000),
  ]);
  const copies = Array<Buffer>(Math.ceil((12 * megabyte) / once.length)).fill(once);
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

const options = () => ['--json', '-c', config, '--now', '2026-11-22T12:00:00Z'];

function parse(words: readonly string[], input = '', program = root): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(program, 'bin/exact'), 'parse', ...options(), ...words], {
    input,
    encoding: 'utf8',
    env: { ...process.env, NODE_DEBUG: 'worker' },
    maxBuffer: 1024 * megabyte,
  });
}

/** Node's own word on standard error that a thread was started. */
const thread = /create new worker/;

/** The rows of a log that comes on standard input, as if it came from this file. */
function rowsOf(bytes: Buffer, source = log): string {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'bin/exact'), 'parse', ...options(), '-'],
    {
      input: bytes,
      encoding: 'utf8',
      maxBuffer: 1024 * megabyte,
    },
  );
  expect(stderr).not.toMatch(thread);
  return stdout.replaceAll('"source":"-"', `"source":${JSON.stringify(source)}`);
}

/** The class as it was built, beside the thread that it starts. */
async function builtReadAhead(): Promise<typeof ReadAhead> {
  const [name = ''] = readdirSync(join(root, 'dist')).filter((file) =>
    /^read-ahead-[A-Z0-9]+\.js$/.test(file),
  );
  return (await import(join(root, 'dist', name))).default.ReadAhead;
}

describe('ReadAhead', () => {
  const login = dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.12');

  /** Reads a file that has so many logins until it has seen enough; returns its lines by who found them. */
  async function read(
    readLines: ReturnType<ReadAhead['readerFor']>,
    logins: number,
    most = Number.POSITIVE_INFINITY,
  ) {
    writeFileSync(log, `${login.repeat(logins)}half`);
    const reading = { source: log, isNew: false, writtenBefore: 0, offset: 0, line: 1, longLines: 0 };
    const lines = { thread: 0, self: 0 };
    const fd = openSync(log, 'r');
    for await (const { bytes, start, end, firstLine, wanted } of readLines(fd, reading, statSync(log).size)) {
      const count = (end - start) / login.length;
      expect(firstLine).toBe(lines.thread + lines.self + 1);
      expect(wanted?.count ?? count).toBe(count);
      lines[bytes.buffer instanceof SharedArrayBuffer ? 'thread' : 'self'] += count;
      if (lines.thread > most) break;
    }
    closeSync(fd);
    return { ...lines, offset: reading.offset };
  }

  it('has most lines of a file found by the thread, and all of them in their order', async () => {
    const { rules } = await loadRules({ servers: ['dovecot'], files: [] });
    const readLines = new (await builtReadAhead())(0).readerFor(rules);
    for (let round = 0; round < 2; round++) {
      const { thread, self, offset } = await read(readLines, 500_000);
      expect(thread + self).toBe(500_000);
      expect(thread).toBeGreaterThan(250_000);
      expect(offset).toBe(500_000 * login.length);
    }
  });

  it('takes no lines of a file that was left for those of the next', async () => {
    const { rules } = await loadRules({ servers: ['dovecot'], files: [] });
    const readLines = new (await builtReadAhead())(0).readerFor(rules);
    await read(readLines, 500_000, 1000);
    const { thread, self } = await read(readLines, 100_000);
    expect(thread + self).toBe(100_000);
  });
});

describe.skipIf(availableParallelism() < 2)('the thread that reads ahead', () => {
  it('finds the same logins, each with its line', () => {
    const bytes = hardLog();
    writeFileSync(log, bytes);
    const { stdout, stderr, status } = parse([log]);
    expect(stderr).toMatch(thread);
    expect(status).toBe(0);
    expect(stdout.split('\n').length).toBeGreaterThan(10_000);
    expect(stdout).toContain('"user":"last"');
    expect(stdout === rowsOf(bytes)).toBe(true);
  });

  it('goes from one file to the next, small ones and missing ones between them', () => {
    const bytes = hardLog();
    const small = join(folder, 'small.log');
    writeFileSync(log, bytes);
    writeFileSync(small, dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.12'));
    const { stdout, stderr, status } = parse([log, join(folder, 'missing'), small, log]);
    expect(status).toBe(66);
    expect(stderr).toMatch(/^exact: .*missing: cannot open/m);
    const rows = rowsOf(bytes);
    const smallRow = rowsOf(Buffer.from(dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.12')), small);
    expect(stdout === rows + smallRow + rows).toBe(true);
  });

  it('reads from where --since begins, and nothing for a small rest', () => {
    const old = dovecotLogin('2026-11-20T10:00:00Z', 'old', '192.0.2.13').repeat(60_000);
    const recent = dovecotLogin('2026-11-22T10:00:00Z', 'new', '192.0.2.14');
    writeFileSync(log, old + recent);
    const { stdout } = parse(['--since', '2026-11-22T00:00:00Z', log]);
    expect(stdout.trim().split('\n')).toEqual([expect.stringContaining('"user":"new"')]);
    writeFileSync(log, recent.repeat(60_000));
    expect(parse(['--since', '2026-11-22T00:00:00Z', '--count', log]).stdout).toBe('60000\n');
  });

  it('finds any number of short lines', () => {
    const servers = join(folder, 'servers.conf');
    writeFileSync(servers, '<server d>\nprogram d\nmatch ^%{USER} from %{ADDRESS}$\n</server>\n');
    writeFileSync(config, `timezone UTC\nserverdefs ${servers}\n`);
    writeFileSync(log, 'Nov 22 10:00:00 mx d[7]: b from 192.0.2.10\n'.repeat(200_000));
    expect(parse(['--count', log]).stdout).toBe('200000\n');
  });

  it('finds what there is where logins are rare', () => {
    const login = dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.12');
    const rare = `${'Nov 22 10:00:00 mx postfix/qmgr[7]: 4Xy: removed\n'.repeat(10_000)}${login}`;
    writeFileSync(log, `${rare.repeat(40)}${login.repeat(50_000)}${rare}${login.trimEnd()}`);
    expect(parse(['--count', log]).stdout).toBe('50042\n');
  });

  it('is not started for a small file, nor where all lines are wanted', () => {
    writeFileSync(log, dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.12'));
    expect(parse([log]).stderr).not.toMatch(thread);
    writeFileSync(log, 'x\n'.repeat(5 * megabyte));
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'bin/exact'), 'parse', '-c', config, '--invert', '--count', log],
      { encoding: 'utf8', env: { ...process.env, NODE_DEBUG: 'worker' } },
    );
    expect(stderr).not.toMatch(thread);
    expect(stdout).toBe(`${5 * megabyte}\n`);
  });

  it('can be done without', () => {
    const bytes = hardLog();
    writeFileSync(log, bytes);
    for (const name of ['bin', 'dist', 'package.json'])
      cpSync(join(root, name), join(folder, name), { recursive: true });
    for (const name of readdirSync(join(folder, 'dist')))
      if (name.startsWith('read-ahead-thread')) rmSync(join(folder, 'dist', name));
    const { stdout, status } = parse([log], '', folder);
    expect(status).toBe(0);
    expect(stdout === rowsOf(bytes)).toBe(true);
  });

  it('lets a signal end the program in the middle of a file', async () => {
    writeFileSync(log, dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.12').repeat(500_000));
    const child = spawn(process.execPath, [join(root, 'bin/exact'), 'parse', ...options(), log], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let bytes = 0;
    child.stdout.on('data', (piece: Buffer) => {
      // What it has not written yet, it cannot write before this has been read.
      if (bytes === 0) child.kill('SIGTERM');
      bytes += piece.length;
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(status).toBe(143);
    expect(bytes).toBeLessThan(50 * megabyte);
  });

  it('ends with the reader of its output', async () => {
    writeFileSync(log, dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.12').repeat(200_000));
    const child = spawn(process.execPath, [join(root, 'bin/exact'), 'parse', ...options(), log], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(0);
  });
});
