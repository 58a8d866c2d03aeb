/** `exact dump`: who may relay, until when, and why; or why not. */

import type { Command } from '../../cli/command.ts';
import { configure } from '../../config/configured.ts';
import { openTable } from '../../diagnose/open-table.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Invocation } from '../../host/invocation.ts';
import { dropPrivileges } from '../../host/privileges.ts';
import { sharedTables } from '../../maps/pgsql/shared-tables.ts';
import { Failure } from '../../problem.ts';
import { sortKeys } from './order.ts';
import { answerAddresses } from './print-answers.ts';
import { dumpByUser } from './print-by-user.ts';
import { dumpMaps } from './print-maps.ts';
import { dumpRevoked } from './print-revoked.ts';
import { dumpSettings } from './print-settings.ts';
import { dumpTable } from './print-table.ts';

/** The command `dump`. */
export const dumpCommand: Command = {
  name: 'dump',
  summary: 'show who may relay, until when, and why or why not',
  operands: { name: 'ADDRESS', summary: 'ask whether these addresses (or any in a network) may relay' },
  options: [
    { name: 'user', value: 'NAME', summary: "one user's addresses; a pattern (*@example.org) serves too" },
    { name: 'server', value: 'NAME', summary: 'only logins that this rule found' },
    {
      name: 'sort',
      value: 'COLUMN',
      choices: sortKeys,
      summary: `order of addresses: ${sortKeys.join(', ')}`,
    },
    { name: 'limit', value: 'N', summary: 'show so many addresses, newest first; 0 shows all' },
    { name: 'tsv', summary: 'tab-separated: address, user, server, first, last, expires, logins' },
    { name: 'denied', summary: 'whom the MTA has refused to relay for, and why each may not' },
    {
      name: 'since',
      value: 'TIME',
      summary: 'with --denied: from then on (7d, 2h, 09:00, RFC 3339); default 1h',
    },
    {
      name: 'log',
      value: 'FILE',
      repeats: true,
      summary: "with --denied: the MTA's log, where it is not the mail log",
    },
    { name: 'by-user', summary: 'a table of users: those with the most addresses first' },
    { name: 'stats', summary: 'sums: entries, servers, the last run, what was refused' },
    { name: 'revoked', summary: 'what exact expire has revoked or refuses' },
    { name: 'maps', summary: 'read each published map back and compare it with the state' },
    { name: 'settings', summary: 'the settings in force, and where each comes from' },
  ],
  examples: [
    ['dump', 'a table for people'],
    ['dump 198.51.100.23', 'may this address relay? exit status 1 if not'],
    ["dump --tsv --user '*@example.org' | cut -f1", 'for scripts'],
    ['dump --by-user --limit 3', 'whose password is in use from too many places?'],
    ['dump --denied --since 1h', 'who was refused by the MTA, and why'],
    ['dump --maps', 'do the published maps agree with the state?'],
  ],
  run,
};

async function run(invocation: Invocation): Promise<ExitStatus> {
  refuseTwoQuestions(invocation);
  const configured = configure(invocation);
  if (configured === undefined) return invocation.status;
  const { settings, warnings } = configured;
  if (invocation.has('settings')) {
    for (const warning of warnings) invocation.report(warning);
    return dumpSettings(invocation, settings);
  }
  // A database knows the account by its name and the password in its home, and root by neither.
  const asksTables = ['maps', 'stats'].some((option) => invocation.has(option));
  if (asksTables && sharedTables(settings).length > 0) dropPrivileges(settings);
  const table = openTable(invocation, settings);
  if (invocation.has('revoked')) return dumpRevoked(invocation, table);
  if (invocation.has('maps')) return dumpMaps(invocation, table);
  if (invocation.has('stats')) {
    return (await import('./print-statistics.ts')).dumpStatistics(invocation, table);
  }
  if (invocation.has('by-user')) return dumpByUser(invocation, table);
  if (invocation.has('denied')) return (await import('./print-denied.ts')).dumpDenied(invocation, table);
  const user = invocation.value('user');
  if (invocation.operands.length > 0) return answerAddresses(invocation, table);
  if (user !== undefined && !/[*?]/.test(user) && !invocation.has('tsv'))
    return (await import('./print-user.ts')).answerUser(invocation, table, user);
  return dumpTable(invocation, table);
}

/** Each asks for something else. */
const questions = ['revoked', 'maps', 'settings', 'stats', 'by-user', 'denied'];

/** What has no meaning beside a question about addresses. */
const notOfAddresses = [...questions, 'user', 'server', 'sort', 'limit', 'tsv'];

function refuseTwoQuestions(invocation: Invocation): void {
  const asked = questions.filter((option) => invocation.has(option));
  if (invocation.has('sort') && asked.length > 0) {
    throw new Failure({
      status: ExitStatus.usage,
      where: '--sort',
      what: `orders addresses, which --${asked[0]} does not show`,
      fix: 'leave out one of them',
    });
  }
  const idle = ['since', 'log'].find((option) => invocation.has(option));
  if (idle !== undefined && !invocation.has('denied')) {
    throw new Failure({
      status: ExitStatus.usage,
      where: `--${idle}`,
      what: 'is about what the MTA has refused',
      fix: 'add --denied',
    });
  }
  const beside = notOfAddresses.find((option) => invocation.has(option));
  if (asked.length < 2 && (invocation.operands.length === 0 || beside === undefined)) return;
  const two = asked.length > 1 ? `--${asked[0]} and --${asked[1]}` : `ADDRESS and --${beside}`;
  throw new Failure({
    status: ExitStatus.usage,
    where: 'dump',
    what: `${two} ask for two things`,
    fix: 'ask for one',
  });
}
