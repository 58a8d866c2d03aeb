/** How the findings of `exact update --check` are told: to people by line, to programs as JSON. */

import type { Invocation } from '../host/invocation.ts';
import type { Level } from '../mtas/mta.ts';
import { chooseColours } from '../terminal/colour.ts';
import { escapeControls } from '../terminal/escape.ts';
import { countWords } from '../terminal/words.ts';
import type { Finding } from './finding.ts';

/** Writes all findings, and their sums. */
export function reportFindings(invocation: Invocation, findings: readonly Finding[]): void {
  const { stdout, env } = invocation.world;
  if (invocation.has('json')) {
    for (const { level, subject, text, fix, undo } of findings)
      stdout.write(`${JSON.stringify({ level, subject, text, fix, undo })}\n`);
    return;
  }
  const colours = chooseColours({
    option: invocation.value('color'),
    env,
    isTerminal: stdout.isTerminal,
  });
  const paint: Record<Level, (text: string) => string> = {
    ok: colours.green,
    note: colours.cyan,
    WARN: colours.yellow,
    FAIL: colours.red,
  };
  const width = Math.max(7, ...findings.map(({ subject }) => subject.length));
  for (const { level, subject, text, fix, undo } of findings) {
    if (subject === 'user' && level === 'ok') {
      stdout.write(`${text}\n`);
      continue;
    }
    const about = escapeControls(`${subject.padEnd(width)}  ${text}`);
    stdout.write(`${paint[level](level.padEnd(4))}  ${about}\n`);
    // No width cuts or wraps what is to be pasted.
    if (fix !== undefined) stdout.write(`      ${'fix'.padEnd(width)}  ${escapeControls(fix)}\n`);
    if (undo !== undefined) stdout.write(`      ${'undo'.padEnd(width)}  ${escapeControls(undo)}\n`);
  }
  stdout.write(`${sums(findings)}; nothing was changed\n`);
}

function sums(findings: readonly Finding[]): string {
  const count = (level: Level, word: string): string[] => {
    const number = findings.filter((one) => one.level === level).length;
    return number === 0 ? [] : [countWords(number, word)];
  };
  const told = [...count('FAIL', 'problem'), ...count('WARN', 'warning'), ...count('note', 'note')];
  return told.length === 0 ? 'no problems' : told.join(', ');
}
