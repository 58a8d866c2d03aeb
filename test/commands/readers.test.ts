/** What an MTA sees of a map that is replaced while it reads. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, closeSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isWhole } from '../seeds.ts';
import { dovecotLogin, MailHost } from './run-exact.ts';

const at = (minute: number, second = 0) => ({
  now: new Date(Date.UTC(2026, 10, 22, 10, minute, second)).toISOString().replace('.000', ''),
});
const login = (number: number, { now } = at(0)) => dovecotLogin(now, `user${number}`, `198.51.100.${number}`);
const upTo = (number: number) =>
  Array.from({ length: number }, (_none, index) => `198.51.100.${index + 1}\n`).join('');

/** Opens, reads and closes a map until its standard input ends; says how often, and what it should not have seen. */
const reader = `
  const { readFileSync } = require('node:fs');
  const upTo = (number) => Array.from({ length: number }, (none, index) => '198.51.100.' + (index + 1) + '\\n').join('');
  const seen = new Set(), faults = new Set();
  let reads = 0, goesOn = true;
  process.stdin.on('end', () => { goesOn = false; }).resume();
  function read() {
    for (let count = 0; count < 5; count++) {
      try {
        const text = readFileSync(process.argv[1], 'latin1');
        const lines = text.split('\\n').length - 1;
        if (lines === 0 || text !== upTo(lines)) faults.add(JSON.stringify(text.slice(0, 200)));
        seen.add(lines);
      } catch (error) { faults.add(error.code); }
      reads++;
    }
    if (reads === 5) console.log('reading');
    if (goesOn) setTimeout(read, 1);
    else console.log(JSON.stringify({ reads, seen: seen.size, faults: [...faults] }));
  }
  read();
`;

/** How many runs replace the map. */
const runs = isWhole ? 60 : 20;

it('P01 a reader never sees a map that is missing, empty or cut, while runs replace it', async () => {
  const host = new MailHost();
  appendFileSync(host.log, login(1));
  await host.run(['update'], at(0));
  const child = spawn(process.execPath, ['-e', reader, host.relay], { stdio: ['pipe', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.on('data', (data) => {
    told += data;
  });
  await once(child.stdout, 'data');
  for (let number = 2; number <= runs + 1; number++) {
    appendFileSync(host.log, login(number, at(0, number % 60)));
    expect(await host.run(['update'], at(1, number % 60))).toMatchObject({ status: 0 });
  }
  child.stdin.end();
  await once(child, 'close');
  const { reads, seen, faults } = JSON.parse(told.split('\n')[1] ?? '');
  expect(faults).toEqual([]);
  expect(reads).toBeGreaterThan(runs);
  expect(seen).toBeGreaterThan(3);
}, 60_000);

it('P02 a reader that holds a map open reads it to its end', async () => {
  const host = new MailHost();
  for (let number = 1; number <= 50; number++) appendFileSync(host.log, login(number));
  await host.run(['update'], at(0));
  const fd = openSync(host.relay, 'r');
  const bytes = Buffer.alloc(10_000);
  const begun = readSync(fd, bytes, 0, 100, null);
  appendFileSync(host.log, login(51, at(1)));
  await host.run(['update'], at(1));
  const rest = readSync(fd, bytes, begun, 9_000, null);
  closeSync(fd);
  expect(bytes.toString('latin1', 0, begun + rest)).toBe(upTo(50));
  expect(readFileSync(host.relay, 'latin1')).toBe(upTo(51));
});

it('C03 maps that a killed run left behind its pairs are made anew without a new line', async () => {
  const host = new MailHost();
  appendFileSync(host.log, login(1));
  await host.run(['update'], at(1));
  const [map, cursors] = ['relay.txt', 'state.cursors'].map((name) => readFileSync(join(host.folder, name)));
  appendFileSync(host.log, login(2));
  await host.run(['update'], at(2));
  // Pairs of the second run, map and cursors of the first: what a crash may leave, in whatever order disks write.
  writeFileSync(host.relay, map ?? '');
  writeFileSync(join(host.folder, 'state.cursors'), cursors ?? '');
  await host.run(['update'], at(3));
  expect(readFileSync(host.relay, 'latin1')).toBe(upTo(2));
  writeFileSync(host.relay, map ?? '');
  await host.run(['update'], at(4));
  expect(readFileSync(host.relay, 'latin1')).toBe(upTo(2));
});
