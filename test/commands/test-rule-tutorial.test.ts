import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exactLines } from '../man/command-lines.ts';
import { literalColumns, readPage } from '../man/mdoc.ts';
import { MailHost } from './run-exact.ts';

/** A command of the tutorial, and what the page says it prints. */
interface Step {
  readonly command: string;
  readonly output: string;
}

/** Returns the commands in the displays of the page, with the lines below each. */
function stepsOf(page: string): Step[] {
  const displays = [...page.matchAll(/^\.Bd -literal\n([\s\S]*?)^\.Ed$/gm)].map(([, text = '']) => text);
  return displays
    .flatMap((text) => text.replaceAll('\\e', '\\').split(/^\$ /m).slice(1))
    .map((step) => {
      // A command goes on in the next line where its last character is a backslash.
      const [shown = ''] = /^(?:.*\\\n)*.*/.exec(step) ?? [];
      return { command: shown.replace(/\\\n */g, ''), output: step.slice(shown.length + 1) };
    });
}

/** How many hostile lines are tried is of no interest to a reader. */
function withoutCounts(text: string): string {
  return text.replace(/\d+(?= hostile| give| forged)/g, 'N');
}

it('exact-test-rule(1) shows what the program prints, command by command', async () => {
  const host = new MailHost();
  writeFileSync(host.config, 'timezone Europe/Paris\n');
  const pathOf = (name: string) => join(host.folder, name);
  const steps = stepsOf(readPage('exact-test-rule.1'));
  expect(steps.length).toBeGreaterThan(7);
  for (const { command, output } of steps) {
    const [, shown] = /^cat (\S+)$/.exec(command) ?? [];
    if (shown === 'zpopd.conf') {
      expect(readFileSync(pathOf(shown), 'utf8')).toBe(output);
      continue;
    }
    if (shown !== undefined) {
      writeFileSync(pathOf(shown), output);
      continue;
    }
    const [, target] = / >(\S+)$/.exec(command) ?? [];
    const words = exactLines(command)[0]?.map((word) => (/^zpopd\./.test(word) ? pathOf(word) : word)) ?? [];
    const { stdout, stderr } = await host.run(
      words.filter((word) => word !== target),
      {
        now: '2026-11-22T12:00:00Z',
        columns: literalColumns,
        env: { NO_COLOR: '1' },
      },
    );
    if (target !== undefined) writeFileSync(pathOf(target), stdout);
    const printed = (target === undefined ? stdout : '') + stderr;
    expect(withoutCounts(printed.replaceAll(`${host.folder}/`, ''))).toBe(withoutCounts(output));
  }
});
