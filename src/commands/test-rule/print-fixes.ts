/** `exact test-rule` on how the rules under test should be: whole lines, to be pasted into their stanzas. */
import type { Invocation } from '../../host/invocation.ts';
import type { Mend, Mender } from '../../rule-debugger/mend/mender.ts';
import type { MendOptions } from '../../rule-debugger/mend/try-rule.ts';
import type { Samples } from '../../rule-debugger/samples.ts';
import { cpuMilliseconds } from '../../rules/cpu-time.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { countWords } from '../../terminal/words.ts';
import type { RulesUnderTest } from './rules-under-test.ts';

/** What a mend is made of. */
interface Making {
  readonly mender: Mender;
  readonly options: Omit<MendOptions, 'timer'>;
}

/** Tells what to paste into the stanzas that are not built in and have something wrong. */
export async function printFixes(
  invocation: Invocation,
  { rules }: RulesUnderTest,
  samples: Samples,
  { mender, options }: Making,
): Promise<void> {
  for (const rule of rules.filter(({ origin }) => origin !== 'built in')) {
    const mend = await mender.mend(rule, samples, { ...options, timer: cpuMilliseconds });
    if (mend === undefined) continue;
    const { stdout } = invocation.world;
    if (invocation.has('json')) stdout.write(`${JSON.stringify(fixJson(mend))}\n`);
    else for (const line of fixLines(mend)) stdout.write(`${escapeControls(line)}\n`);
  }
}

function fixLines({ rule, lines, logins, before }: Mend): string[] {
  const was = logins === before ? '' : ` instead of ${before}`;
  return [
    `fix for ${rule.name} (tried: ${countWords(logins, 'login')}${was}, lint ok); write instead:`,
    ...lines,
  ];
}

function fixJson({ rule, lines, logins, before }: Mend): object {
  return { kind: 'fix', server: rule.name, lines: lines.map((line) => line.trim()), logins, before };
}
