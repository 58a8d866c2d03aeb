/** `exact parse`: log lines in, logins out, and nothing else is touched. For pipelines. */

import type { Command } from '../../cli/command.ts';
import { configure } from '../../config/configured.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Invocation } from '../../host/invocation.ts';
import { Failure } from '../../problem.ts';
import { parseInputs } from './inputs.ts';
import { tellOtherRules } from './other-rules.ts';
import { loginPrinter } from './print-logins.ts';

/** The command `parse`. */
export const parseCommand: Command = {
  name: 'parse',
  summary: 'find the logins in log files, standard input, or the configured mail log',
  operands: {
    name: 'FILE',
    summary: 'log files, also compressed; - is standard input; none: the configured mail log',
  },
  options: [
    { name: 'server', value: 'NAME', repeats: true, summary: 'use this rule alone (auto: all)' },
    { name: 'since', value: 'TIME', summary: 'logins from then on: 7d, 2h, 09:00, or RFC 3339' },
    { name: 'until', value: 'TIME', summary: 'logins before then' },
    { name: 'year', value: 'YEAR', summary: 'the year of stamps that have none' },
    { name: 'follow', summary: 'go on with lines as they are written' },
    { name: 'count', summary: 'print the number of logins alone' },
    { name: 'invert', summary: 'print the lines that are no login' },
  ],
  examples: [
    ['parse /var/log/mail.log*', 'time, address, user and server of each login, tab-separated'],
    ['parse --since 7d --json | jq -r .user | sort -u', 'who has logged in this week'],
    ['parse --year 2024 old/mail.log-2024*.gz | cut -c1-7 | uniq -c', 'old logs, whose stamps have no year'],
    ['parse --follow | grep -w alice', 'watch as they log in'],
  ],
  run,
};

async function run(invocation: Invocation): Promise<ExitStatus> {
  refuseContradictions(invocation);
  const configured = configure(invocation);
  if (configured === undefined) return invocation.status;
  const printer = loginPrinter(invocation);
  await parseInputs(invocation, configured.settings, printer);
  const count = printer.end();
  if (invocation.status !== ExitStatus.ok) return invocation.status;
  if (count === 0) await tellOtherRules(invocation, configured.settings);
  return count > 0 ? ExitStatus.ok : ExitStatus.no;
}

/** Lines that are no login have no fields and, for all that is known, no time. */
function refuseContradictions(invocation: Invocation): void {
  const other = ['json', 'since', 'until', 'year'].find((option) => invocation.has(option));
  if (!invocation.has('invert') || other === undefined) return;
  throw new Failure({
    status: ExitStatus.usage,
    where: '--invert',
    what: `prints the lines that are no login; --${other} is about logins`,
    fix: 'leave out one of them',
  });
}
