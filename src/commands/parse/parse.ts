/** `exact parse`: log lines in, logins out, and nothing else is touched. For pipelines. */

import type { Command } from '../../cli/command.ts';
import { configure } from '../../config/configured.ts';
import { ExitStatus } from '../../exit-status.ts';
import { parseInputs } from './inputs.ts';
import {
  type ParseInvocation,
  type ParseOption,
  parseContradictions,
  parseModes,
  parseOptions,
} from './options.ts';
import { loginPrinter } from './print-logins.ts';
import { printOtherRules } from './print-other-rules.ts';

/** The command `parse`. */
export const parseCommand: Command<ParseOption> = {
  name: 'parse',
  summary: 'find the logins in log files, standard input, or the configured mail log',
  operands: {
    name: 'FILE',
    summary: 'log files, also compressed; - is standard input; default: the configured mail log',
  },
  options: parseOptions,
  modes: parseModes,
  contradictions: parseContradictions,
  examples: [
    ['parse /var/log/mail.log*', 'time, address, user and server of each login, tab-separated'],
    ['parse --since 7d | cut -f3 | sort -u', 'who has logged in this week?'],
    ['parse --year 2024 old/mail.log-2024*.gz | cut -c1-7 | uniq -c', 'old logs, whose stamps have no year'],
    ['parse --follow | grep -w alice', 'watch alice log in'],
  ],
  run,
};

async function run(invocation: ParseInvocation): Promise<ExitStatus> {
  const configured = configure(invocation);
  if (configured === undefined) return invocation.status;
  const printer = loginPrinter(invocation);
  await parseInputs(invocation, configured.settings, printer);
  const count = printer.end();
  if (invocation.status !== ExitStatus.ok) return invocation.status;
  if (count === 0) await printOtherRules(invocation, configured.settings);
  return count > 0 ? ExitStatus.ok : ExitStatus.no;
}
