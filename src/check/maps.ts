/** Do the published maps say what the relay table says, and can this host make and read them? */

import { addLines, setLine } from '../config/fixes.ts';
import type { Settings } from '../config/settings.ts';
import { compareMap, type MapComparison } from '../diagnose/map-comparison.ts';
import type { Output } from '../maps/output.ts';
import { typeOf } from '../maps/publisher.ts';
import { fileOutputs, sharedTables } from '../maps/shared/shared-tables.ts';
import type { FormOf } from '../relay/published-form.ts';
import { statePaths } from '../state/state-paths.ts';
import { readKnownTables } from '../state/tables-file.ts';
import { countWords } from '../terminal/words.ts';
import type { Finding } from './finding.ts';

/** Compares every map and shared table with the addresses that relay by the state. */
export async function checkMaps(
  settings: Settings,
  relaying: readonly string[],
  formOf: FormOf,
  hasRun: boolean,
): Promise<Finding[]> {
  const findings = fileOutputs(settings).map((output) =>
    checkMap(settings, output, { relaying, formOf }, hasRun),
  );
  for (const shared of sharedTables(settings)) {
    const { checkSharedTable } = await import('./shared-tables.ts');
    const { tables } = readKnownTables(statePaths(settings.state).tables);
    const checked = await checkSharedTable(settings, shared, tables[shared.target.key]);
    findings.push(...checked.findings);
    if (!checked.isReached) continue;
    const { compareTable } = await import('../diagnose/table-comparison.ts');
    const comparison = await compareTable(shared.output, relaying, formOf);
    findings.push(mapFinding(comparison.map, comparison, hasRun));
  }
  return findings;
}

function checkMap(
  settings: Settings,
  output: Output,
  { relaying, formOf }: { readonly relaying: readonly string[]; readonly formOf: FormOf },
  hasRun: boolean,
): Finding {
  const refusal = typeOf(output).hostRefusal?.(output);
  const name = `${output.type} ${typeOf(output).publishedPath(output)}`;
  if (refusal === undefined) return mapFinding(name, compareMap(output, relaying, formOf), hasRun);
  const isOfAuthfile = output.origin === settings.origins.get('authfile');
  const text = isOfAuthfile ? `authtype db: ${refusal}` : `${name}: ${refusal}`;
  return { level: 'FAIL', subject: 'map', text, ...mapInstead(settings, output, isOfAuthfile) };
}

/** Where no map of another type serves the MTA, the refusal itself says what does. */
function mapInstead(settings: Settings, output: Output, isOfAuthfile: boolean): { readonly fix?: string } {
  const instead = typeOf(output).insteadOf?.(output);
  if (instead === undefined) return {};
  const line = `output ${instead}`;
  const fix = isOfAuthfile ? addLines(settings, [line]) : setLine(settings, output.origin, line);
  return { fix: `${fix} && exact update` };
}

function mapFinding(
  name: string,
  { agrees, addresses, trouble, mend }: MapComparison,
  hasRun: boolean,
): Finding {
  const count = countWords(addresses, 'address', 'addresses');
  if (agrees) return { level: 'ok', subject: 'map', text: `${name}, ${count}` };
  const text = `${name}: ${trouble ?? `differs from the state, ${count}`}`;
  const fix = trouble === undefined ? (mend ?? 'exact update') : 'exact update';
  return { level: hasRun ? 'WARN' : 'note', subject: 'map', text, fix };
}
