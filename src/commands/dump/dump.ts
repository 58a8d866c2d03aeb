/** `exact dump`: who may relay, until when, and why; or why not. */

import type { Command } from '../../cli/command.ts';
import { configure } from '../../config/configured.ts';
import { openTable, type Table } from '../../diagnose/open-table.ts';
import { ExitStatus } from '../../exit-status.ts';
import { dropPrivileges } from '../../host/privileges.ts';
import { sharedTables } from '../../maps/shared/shared-tables.ts';
import { isPattern } from '../../relay/user-pattern.ts';
import {
  type DumpInvocation,
  type DumpOption,
  dumpContradictions,
  dumpModes,
  dumpOptions,
} from './options.ts';
import { answerAddresses } from './print-answers.ts';

/** The command `dump`. */
export const dumpCommand: Command<DumpOption> = {
  name: 'dump',
  summary: 'show who may relay, until when, and why or why not',
  operands: {
    name: 'ADDRESS',
    summary: 'addresses or networks to ask about; - reads them from standard input',
  },
  options: dumpOptions,
  modes: dumpModes,
  contradictions: dumpContradictions,
  examples: [
    ['dump', 'show the relay table'],
    ['dump 198.51.100.23', 'may this address relay? exit status 1 if not'],
    ["dump --tsv --user '*@example.org' | cut -f1", 'list the addresses of one domain, for scripts'],
    ['dump --by-user --limit 3', 'whose password is in use from too many places?'],
    ['dump --denied --since 1h', 'whom has the MTA refused, and why?'],
    ['dump --hosts', 'which hosts write to the table that they share?'],
    ['dump --shared --user alice', 'from where may alice relay, by logins on any host?'],
    ['dump --maps', 'do the published maps agree with the state?'],
  ],
  run,
};

async function run(invocation: DumpInvocation): Promise<ExitStatus> {
  const configured = configure(invocation);
  if (configured === undefined) return invocation.status;
  const { settings, warnings } = configured;
  if (invocation.has('settings')) {
    for (const warning of warnings) invocation.report(warning);
    return (await import('./print-settings.ts')).dumpSettings(invocation, settings);
  }
  if (invocation.has('path-unit')) {
    return (await import('./print-path-unit.ts')).dumpPathUnit(invocation, settings);
  }
  // A database knows the account by its name and the password in its home, and root by neither.
  const asksTables =
    invocation.operands.length > 0 ||
    (['maps', 'stats', 'shared', 'hosts', 'user'] as const).some((option) => invocation.has(option));
  if (asksTables && sharedTables(settings).length > 0) dropPrivileges(settings);
  const table = openTable(invocation, settings);
  const status = await answer(invocation, table);
  if (status === ExitStatus.no) {
    const { remarkOnServer, remarkOnState } = await import('./say-none.ts');
    remarkOnState(invocation, table);
    await remarkOnServer(invocation, table);
  }
  return status;
}

/** What prints is loaded when it is asked for: columns and colours take longer to load than an address to look up. */
async function answer(invocation: DumpInvocation, table: Table): Promise<ExitStatus> {
  if (invocation.has('revoked')) return (await import('./print-revoked.ts')).dumpRevoked(invocation, table);
  if (invocation.has('maps')) return (await import('./print-maps.ts')).dumpMaps(invocation, table);
  if (invocation.has('shared')) return (await import('./print-shared.ts')).dumpShared(invocation, table);
  if (invocation.has('hosts')) return (await import('./print-hosts.ts')).dumpHosts(invocation, table);
  if (invocation.has('stats')) {
    return (await import('./print-statistics.ts')).dumpStatistics(invocation, table);
  }
  if (invocation.has('by-user')) return (await import('./print-by-user.ts')).dumpByUser(invocation, table);
  if (invocation.has('denied')) return (await import('./print-denied.ts')).dumpDenied(invocation, table);
  const user = invocation.value('user');
  if (invocation.operands.length > 0) return answerAddresses(invocation, table);
  if (user !== undefined && !isPattern(user) && !asksForTable(invocation))
    return (await import('./print-user.ts')).answerUser(invocation, table, user);
  return (await import('./print-table.ts')).dumpTable(invocation, table);
}

/** With these, the table is asked for, and `--user` says whose part of it. */
function asksForTable(invocation: DumpInvocation): boolean {
  return (['server', 'sort', 'limit', 'tsv'] as const).some((option) => invocation.has(option));
}
