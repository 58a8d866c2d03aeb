/** `exact dump --maps`: reads each published map back and says whether it agrees with the state. */

import { compareMap, type MapComparison, type MtaComparison } from '../../diagnose/map-comparison.ts';
import type { Table } from '../../diagnose/open-table.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Invocation } from '../../host/invocation.ts';
import { isTable } from '../../maps/shared/shared-tables.ts';
import { publishedForms } from '../../relay/published-form.ts';
import { countWords } from '../../terminal/words.ts';

/** Writes one line a map or shared table; exit status 1 if one does not agree. */
export async function dumpMaps(invocation: Invocation, table: Table): Promise<ExitStatus> {
  const { stdout } = invocation.world;
  const { outputs, ipv6Prefix } = table.settings;
  const formOf = publishedForms(table.policy, ipv6Prefix);
  const relaying: string[] = [];
  table.visit((entry) => {
    if (entry.relays) relaying.push(entry.address);
  });
  let agrees = true;
  for (const output of outputs) {
    const comparison = isTable(output)
      ? await (await import('../../diagnose/table-comparison.ts')).compareTable(output, relaying, formOf)
      : compareMap(output, relaying, formOf);
    agrees &&= comparison.agrees;
    if (invocation.has('json')) stdout.write(`${JSON.stringify(comparison)}\n`);
    else stdout.write(`${invocation.repeat(comparisonWords(comparison))}\n`);
  }
  return agrees ? ExitStatus.ok : ExitStatus.no;
}

function comparisonWords(comparison: MapComparison): string {
  const { map, addresses, missing, extra, leftOut, mta, trouble, mend } = comparison;
  if (trouble !== undefined) return `${map}: cannot be read: ${trouble}`;
  const count = countWords(addresses, 'address', 'addresses');
  const left = leftOut > 0 ? `, ${leftOut} more left out` : '';
  if (missing.length + extra.length === 0)
    return [`${map}: agrees, ${count}${left}`, ...mtaWords(mta)].join('; ');
  const differences = [
    missing.length > 0 ? `lacks ${sample(missing)}` : '',
    extra.length > 0 ? `has ${sample(extra)}, which may not relay` : '',
  ];
  const words = [
    `${map}: differs, ${count}${left}: ${differences.filter(Boolean).join('; ')}`,
    ...mtaWords(mta),
  ];
  const anew = mend === undefined ? 'exact update publishes it anew' : `to send all anew: ${mend}`;
  return `${words.join('; ')}; ${anew}`;
}

/** `postmap -q too`, and each program that failed or says otherwise. */
function mtaWords(answers: readonly MtaComparison[]): string[] {
  const agreeing = answers.filter(({ differs, trouble }) => differs.length === 0 && trouble === undefined);
  return [
    ...(agreeing.length > 0 ? [`${agreeing.map(({ program }) => program).join(' and ')} too`] : []),
    ...answers.flatMap(({ program, differs, trouble }) => {
      if (trouble !== undefined) return [`${program} cannot say: ${trouble}`];
      return differs.length > 0 ? [`${program} answers differently for ${sample(differs)}`] : [];
    }),
  ];
}

function sample(addresses: readonly string[]): string {
  const shown = addresses.slice(0, 3).join(', ');
  return addresses.length > 3 ? `${shown} and ${addresses.length - 3} more` : shown;
}
