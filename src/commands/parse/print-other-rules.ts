/** A word to whoever looked for the logins of one server in the log of another. */

import { recognizerFor, wantedRules } from '../../config/recognition.ts';
import type { Settings } from '../../config/settings.ts';
import { zoneOf } from '../../config/time-zone.ts';
import { readWholeFile } from '../../maillog/read-file.ts';
import { createScanner } from '../../recognize/scan.ts';
import { lineStamps } from '../../syslog/line-stamp.ts';
import { countWords, numberWords } from '../../terminal/words.ts';
import type { ParseInvocation } from './options.ts';

/** Tells, file by file, which rules would have matched where those of `--server` did not. */
export async function printOtherRules(invocation: ParseInvocation, settings: Settings): Promise<void> {
  const asked = invocation.values('server');
  if (asked.length === 0 || asked.includes('auto') || invocation.has('quiet') || invocation.has('invert'))
    return;
  const { rules } = await wantedRules(settings, ['auto']);
  for (const file of invocation.operands.filter((name) => name !== '-')) {
    const scanner = createScanner(recognizerFor(settings, rules, { logouts: false, takesAnyTime: true }));
    const logins = new Map<string, number>();
    let lines = 0;
    const stampOf = lineStamps(zoneOf(settings));
    for await (const chunk of readWholeFile(file, { now: invocation.now, countLines: true, stampOf })) {
      scanner.scan(chunk, (outcome) => {
        if (outcome.kind !== 'login') return;
        const { server } = outcome.login;
        logins.set(server, (logins.get(server) ?? 0) + 1);
      });
      for (let at = chunk.start; at < chunk.end; at = endOfLine(chunk.bytes, at, chunk.end)) lines++;
    }
    const others = [...logins].map(([name, count]) => `${name} would match ${numberWords(count)}`).join(', ');
    const hint = others === '' ? '' : `; ${others} (--server auto)`;
    const ruleWords = asked.length === 1 ? `rule ${asked[0]}` : `rules ${asked.join(', ')}`;
    invocation.world.tell(
      `exact: ${file}: 0 of ${countWords(lines, 'line')} ${lines === 1 ? 'matches' : 'match'} ${ruleWords}${hint}`,
    );
  }
}

function endOfLine(bytes: Buffer, from: number, end: number): number {
  const feed = bytes.indexOf(0x0a, from);
  return feed < 0 || feed >= end ? end : feed + 1;
}
