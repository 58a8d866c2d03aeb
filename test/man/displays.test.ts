/** The literal blocks of all pages: what each shows is run here, or by the test that is named for it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ExitStatus } from '../../src/exit-status.ts';
import { problemLine } from '../../src/problem.ts';
import { parseTruth } from '../../src/rule-debugger/expect.ts';
import { runExact } from '../commands/run-exact.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { linesUnder, literalBlocks, pageNames, readPage, shownLines } from './mdoc.ts';

const tests = fileURLToPath(new URL('..', import.meta.url));
const displays = pageNames.flatMap((page) => literalBlocks(readPage(page)).map((text) => ({ page, text })));

/** Returns the blocks of a page that begin with some words. */
function blocks(page: string, beginning: string): string[] {
  return displays
    .filter((one) => one.page === page && one.text.startsWith(beginning))
    .map(({ text }) => text);
}

/** Blocks by their beginning, and the test that holds them. */
const heldBy: Readonly<Record<string, string>> = {
  // Below, or beside this file.
  'output ': 'man/displays.test.ts',
  'user      exact': 'man/displays.test.ts',
  '{"': 'man/displays.test.ts',
  'exact: ': 'man/displays.test.ts',
  '* * * * * exact for': 'man/displays.test.ts',
  'authorised ': 'man/pages.test.ts',
  '<server ': 'man/pages.test.ts',
  'Nov 22 10:04:26 mx zpopd[81]': 'man/pages.test.ts',
  'exact parse --follow': 'man/live-examples.test.ts',
  '$ ': 'commands/test-rule-tutorial.test.ts',
  // By what README.md has too, and a test on a real MTA pastes.
  'PATH=': 'servers/readme.test.ts',
  'postmap -q': 'servers/readme.test.ts',
  "exim4 -be '": 'servers/readme.test.ts',
  // A picture; and what no machine with SELinux has tried, as the page says.
  'POP/IMAP server': 'man/displays.test.ts',
  semanage: 'man/displays.test.ts',
};

it('are each held by a test', () => {
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const sources = files.map((file) => readFileSync(join(tests, file), 'utf8')).join('\n');
  const pasted = [...sources.matchAll(/\b(?:documented|printed)\(\s*'((?:[^'\\]|\\.)*)'/g)].map(
    ([, key = '']) => key.replace(/\\n/g, '\n').replace(/\\(.)/g, '$1'),
  );
  const isHeld = (text: string) =>
    pasted.some((key) => text.includes(key)) || Object.keys(heldBy).some((key) => text.startsWith(key));
  expect(displays.filter(({ text }) => !isHeld(text))).toEqual([]);
  for (const [key, file] of Object.entries(heldBy)) {
    expect(
      displays.some(({ text }) => text.startsWith(key)),
      key,
    ).toBe(true);
    expect(files).toContain(file);
  }
});

it('are in README.md as the pages have them, where a test pastes those', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8').replace(/^ +/gm, '');
  for (const [key, file] of Object.entries(heldBy)) {
    if (file !== 'servers/readme.test.ts') continue;
    const lines = displays
      .filter(({ text }) => text.startsWith(key))
      .flatMap(({ text }) => text.trim().split('\n'));
    for (const line of lines) expect(readme).toContain(line.trim());
  }
});

/** Returns the lines that `exact dump --settings` has for a configuration, comments left out. */
async function settingsOf(text: string): Promise<string[]> {
  const config = join(temporaryFolder(), 'exact.conf');
  writeFileSync(config, text);
  const { status, stdout, stderr } = await runExact(['dump', '--settings', '-c', config]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return linesOf(stdout.replace(/ *#.*/g, ''));
}

/** Returns the lines of a text with one blank between words. */
function linesOf(text: string): string[] {
  return text.trim().replace(/ +/g, ' ').split('\n');
}

const configurations = [...blocks('exact-maps.7', 'output '), ...blocks('exact.conf.5', '')];

it.each(configurations.map((text) => [linesOf(text)[0], text]))(
  'lines of exact.conf are taken, and mean what they say: %s',
  async (_first, text = '') => {
    const settings = await settingsOf(text);
    expect(linesOf(text).filter((line) => !settings.includes(line))).toEqual([]);
  },
);

it('the maps that exact-maps(7) has where nothing is said are those of the program', async () => {
  const [text = ''] = blocks('exact-maps.7', 'output text');
  const outputs = (await settingsOf('')).filter((line) => line.startsWith('output '));
  expect(outputs).toEqual(linesOf(text));
});

it("exact-test-rule(1)'s lines of the truth are read as they say", () => {
  const { expectations, faults } = parseTruth(
    shownLines(readPage('exact-test-rule.1')).slice(0, 2).join('\n'),
  );
  expect(faults).toEqual([]);
  expect(expectations).toMatchObject([
    { line: 1, login: true, user: 'alice', address: '192.0.2.10' },
    { line: 3, login: false },
  ]);
  const [same = '', text = ''] = blocks('exact-test-rule.1', '{"');
  expect(parseTruth(same)).toEqual({ expectations, faults: [] });
  expect(parseTruth(text)).toMatchObject({ expectations: [{ text: 'OK u=bob', login: true }], faults: [] });
});

it('exact(8) shows a problem as the program words it', () => {
  const [shown = ''] = blocks('exact.8', 'exact: ');
  const problem = { where: '/var/log/mail.log', what: 'cannot open', why: 'permission denied', fix: '...' };
  expect(shown).toBe(`exact: ${problemLine({ status: ExitStatus.noPermission, ...problem })}\n`);
});

it("exact(8)'s line for cron makes six runs a minute", () => {
  const [line = ''] = blocks('exact.8', '* * * * * exact for');
  const folder = temporaryFolder();
  for (const name of ['exact', 'sleep']) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho ${name} "$@" >>${folder}/calls\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const command = line.replace('* * * * * exact ', '');
  const { status } = spawnSync('/bin/sh', ['-c', command], { env: { PATH: `${folder}:/usr/bin:/bin` } });
  const calls = readFileSync(`${folder}/calls`, 'utf8').split('\n');
  expect({ status, runs: calls.filter((call) => call === 'exact update').length }).toEqual({
    status: 0,
    runs: 6,
  });
  const waits = calls.filter((call) => call.startsWith('sleep ')).map((call) => Number(call.split(' ')[1]));
  expect(waits.reduce((sum, seconds) => sum + seconds, 0)).toBeLessThanOrEqual(60);
});

it("exact(8)'s picture names every command", () => {
  const [picture = ''] = blocks('exact.8', 'POP/IMAP server');
  const commands = linesUnder(readPage('exact.8'), '.Ss Commands').filter((line) =>
    line.startsWith('.It Ic '),
  );
  for (const line of commands) expect(picture).toContain(`exact ${line.slice('.It Ic '.length)}`);
});
