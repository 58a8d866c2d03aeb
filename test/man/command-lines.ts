/** Command lines of a shell as documentation shows them, taken apart as far as calls of `exact` need it. */
import { expect } from 'vitest';
import { answer } from '../../src/cli/answer.ts';
import { checkCombination } from '../../src/cli/combination.ts';
import { commonOptions } from '../../src/cli/command.ts';
import { findCommand, takeApart } from '../../src/cli/take-apart.ts';
import { commands } from '../../src/commands/commands.ts';

/** What may stand before a program's name: a prompt, or a program that runs another. */
const before = /^(?:(?:[#$]|sudo|ssh \S+) )*$/;

/**
 * Returns the words of each call of `exact` in a command line, without `exact`: what follows it up to an
 * unquoted `|`, `;`, `&`, parenthesis or comment, redirections left out.
 *
 * @example
 * exactLines("exact dump --user '*@a.example' | cut -f1"); // [['dump', '--user', '*@a.example']]
 */
export function exactLines(line: string): string[][] {
  const calls: string[][] = [];
  let words: string[] = [];
  let isFileName = false;
  const end = () => {
    const program = words.findIndex((word) => /^(?:\S*\/)?exact$/.test(word));
    const isCalled = before.test(
      words
        .slice(0, program)
        .map((word) => `${word} `)
        .join(''),
    );
    if (program >= 0 && isCalled) calls.push(words.slice(program + 1));
    words = [];
  };
  for (const [token] of line.matchAll(/(?:'[^']*'|"[^"]*"|\\.|[^\s|;&<>()'"\\])+|[|;&<>()]/g)) {
    if (/^[|;&()]$/.test(token)) end();
    else if (/^[<>]$/.test(token)) isFileName = true;
    else if (isFileName) isFileName = false;
    else if (token.startsWith('#') && words.length > 0) break;
    else words.push(token.replace(/'([^']*)'|"([^"]*)"|\\(.)/g, (_all, a, b, c) => a ?? b ?? c));
  }
  end();
  return calls;
}

/** Expects that the program understands a command line; returns the call of a command that it is, if it is one. */
export async function expectUnderstood(words: readonly string[]) {
  const { name = '', words: rest } = findCommand(words, commonOptions);
  const command = await commands[name]?.();
  const args =
    command && takeApart(rest, [...command.options, ...commonOptions], command.operands !== undefined);
  const slip = args !== undefined && 'slip' in args ? args : undefined;
  if (command !== undefined && args !== undefined && !('slip' in args)) return { command, args };
  const asked = { commands, words, version: '0.0.0', columns: 80 };
  expect(await answer(asked, slip), words.join(' ')).not.toBe('');
  return undefined;
}

/** Expects that the program takes a command line, and that its words go together. */
export async function expectTaken(words: readonly string[]): Promise<void> {
  const call = await expectUnderstood(words);
  if (call !== undefined) checkCombination(call.command, call.args);
}
