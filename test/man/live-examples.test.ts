/** Examples of the pages that go on until they are interrupted, run by a shell with the built program. */
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { dovecotLogin, MailHost } from '../commands/run-exact.ts';
import { literalBlocks, pageNames, readPage, shownLines } from './mdoc.ts';

const program = fileURLToPath(new URL('../../bin/exact', import.meta.url));
const lines = new Set(
  pageNames.flatMap((name) => [...shownLines(readPage(name)), ...literalBlocks(readPage(name))]),
);
const live = [...lines].filter((line) => /^exact parse --follow/.test(line)).map((line) => line.trim());

/** A host, and what a shell in which a line was pasted has printed. */
function paste(line: string): { host: MailHost; fifo: string; printed: () => string } {
  const host = new MailHost('state state');
  const fifo = join(host.folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  // To a terminal grep writes each line at once.
  const names = `exact() { ${process.execPath} ${program} "$@"; }; grep() { command grep --line-buffered "$@"; }`;
  const child = spawn('bash', ['-c', `${names}; ${line.replace(/\/run\/\S+/, fifo)}`], {
    env: { ...process.env, EXACT_CONFIG: host.config },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  onTestFinished(() => {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
  });
  let printed = '';
  child.stdout.on('data', (text) => {
    printed += text;
  });
  return { host, fifo, printed: () => printed };
}

function login(user: string, address: string): string {
  return dovecotLogin(`${new Date().toISOString().slice(0, 19)}Z`, user, address);
}

/** Waits for it as long as the test may take. */
const until = (isSo: () => void) => vi.waitFor(isSo, { timeout: 25_000, interval: 50 });

it('are these', () => {
  expect(live.map((line) => line.replace(/\/run\/\S+/, 'FIFO')).sort()).toEqual([
    'exact parse --follow FIFO --json | exact update --logins -',
    'exact parse --follow FIFO | exact update --logins -',
    'exact parse --follow | grep -w alice',
  ]);
});

it.each(live.filter((line) => line.includes('fifo')))('%s', async (line) => {
  const { host, fifo } = paste(line);
  await until(() => {
    // There is no opening it so before somebody reads.
    const fd = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
    writeSync(fd, login('alice', '198.51.100.7'));
    closeSync(fd);
  });
  await until(() => expect(readFileSync(host.relay, 'utf8')).toBe('198.51.100.7\n'));
});

it.each(live.filter((line) => line.includes('grep')))('%s', async (line) => {
  const { host, printed } = paste(line);
  // Until it follows, what is written counts for nothing.
  await until(() => {
    appendFileSync(host.log, login('bob', '198.51.100.8') + login('alice', '198.51.100.7'));
    expect(printed()).toContain('\talice\t');
  });
  expect(printed()).not.toContain('bob');
});
