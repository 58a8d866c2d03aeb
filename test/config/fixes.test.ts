import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addLines, addOption, addOutput, setLine } from '../../src/config/fixes.ts';
import { loadSettings } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/settings.ts';
import { outputTypes } from '../../src/maps/map-types.ts';
import { shellWord } from '../../src/terminal/shell-word.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A configuration, loaded as a run loads it. */
function load(text: string): { readonly file: string; readonly settings: Settings } {
  const file = join(temporaryFolder(), "exact's.conf");
  writeFileSync(file, text);
  const { settings } = loadSettings({ configOption: file, env: {}, uid: 1, outputTypes });
  if (settings === undefined) throw new Error('unusable');
  return { file, settings };
}

/** What a shell makes of a fix. */
function pasted(fix: string, file: string): string {
  execFileSync('sh', ['-c', fix]);
  return readFileSync(file, 'utf8');
}

it.each(["it's", 'a b', '$(false)', '`', "''", 'plain/path.cf', '\\n'])(
  'shellWord(%s) is that word to a shell',
  (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
  },
);

it('addLines() adds lines', () => {
  const { file, settings } = load('timeout 30m\n');
  expect(pasted(addLines(settings, ["user o'neil", 'server dovecot']), file)).toBe(
    "timeout 30m\nuser o'neil\nserver dovecot\n",
  );
});

it('setLine() changes the line that a setting comes from, or adds one', () => {
  const { file, settings } = load('# log\nmaillog /a|b&c\ntimeout 30m\n');
  const origin = settings.origins.get('maillog');
  expect(pasted(setLine(settings, origin, 'maillog journal: A=b&c|d'), file)).toBe(
    '# log\nmaillog journal: A=b&c|d\ntimeout 30m\n',
  );
  expect(pasted(setLine(settings, 'default', 'server x'), file)).toMatch(/\nserver x\n$/);
});

it('addOutput() keeps the outputs that serve by default, which one line takes the place of', () => {
  const { file, settings } = load('user x\n');
  const text = pasted(addOutput(settings, 'makemap hash:/m'), file);
  const outputs = settings.outputs.map(({ type, path }) => `output ${type} ${path}\n`).join('');
  expect(text).toBe(`user x\n${outputs}output makemap hash:/m\n`);
  const own = load('output text /t\n');
  expect(pasted(addOutput(own.settings, 'cdb /c.cdb'), own.file)).toBe('output text /t\noutput cdb /c.cdb\n');
});

it('addOption() gives one output another option', () => {
  const { file, settings } = load('output text /t\noutput cdb /c.cdb\n');
  const [, cdb] = settings.outputs;
  if (cdb === undefined) throw new Error('no cdb');
  expect(pasted(addOption(settings, cdb, 'exim-net'), file)).toBe(
    'output text /t\noutput cdb /c.cdb exim-net\n',
  );
});
