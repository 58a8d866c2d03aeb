/**
 * Outputs that the last run published and that are no longer configured. Nobody would ever take an address out of such a
 * map again, and an MTA may look it up still: it is emptied, once.
 */
import { ExitStatus } from '../exit-status.ts';
import type { Output } from '../maps/output.ts';
import { identityOf, isSameFile, typeOf } from '../maps/publisher.ts';
import { withoutPassword } from '../maps/shared/password.ts';
import { isTable, targetOf } from '../maps/shared/shared-tables.ts';
import type { DroppedOutput, SavedRun } from '../state/cursors-file.ts';
import { removeTableRows } from '../state/table-rows-file.ts';
import { readKnownTables, writeKnownTables } from '../state/tables-file.ts';
import { readingTrouble } from './reading-trouble.ts';
import type { RunContext } from './run-context.ts';

/** What follows where an output cannot be emptied. */
const stays = 'its addresses stay in it, and the next run tries again';

/** Returns what was published by an earlier run and has no place in these settings, each once. */
export function droppedOutputs({ saved, settings, policy }: RunContext): DroppedOutput[] {
  const longest = Math.max(policy.timeout, policy.sessionLimit);
  const fresh = (saved.settings?.outputs ?? []).map((output) => ({
    output,
    until: policy.now + longest,
  }));
  const configured = new Set(settings.outputs.map(placeOf));
  // The last of two of one place is the one that is known for longer.
  const byPlace = new Map(
    [...fresh, ...(saved.dropped ?? [])].map((dropped) => [placeOf(dropped.output), dropped]),
  );
  return [...byPlace].flatMap(([place, dropped]) => (configured.has(place) ? [] : [dropped]));
}

/** Where an output's addresses are: a file, or the rows of this host in a table. */
function placeOf(output: Output): string {
  return isTable(output) ? targetOf(output).key : typeOf(output).publishedPath(output);
}

/** Empties outputs, and says so of each; returns those that are to be tried again. */
export async function emptyOutputs(
  context: RunContext,
  all: readonly DroppedOutput[],
): Promise<DroppedOutput[]> {
  const left: DroppedOutput[] = [];
  for (const dropped of all) {
    const { output, until } = dropped;
    const where = withoutPassword(`output ${output.type} ${output.path}`);
    try {
      const consequence = isTable(output)
        ? await emptyTable(context, output)
        : emptyFile(context.saved, output);
      if (consequence !== undefined) {
        const what = 'is no longer configured';
        context.invocation.report({ status: ExitStatus.ok, isWarning: true, where, what, consequence });
      }
    } catch (error) {
      // A server that is away for good: rows say themselves when they end, and all have by now.
      if (isTable(output) && context.invocation.now >= until) continue;
      const { status, what, why } = readingTrouble(error, where, stays);
      context.record.meet({
        status,
        where,
        what: 'is no longer configured, and cannot be emptied',
        why: why === undefined ? what : `${what}: ${why}`,
        consequence: stays,
      });
      left.push(dropped);
    }
  }
  return left;
}

/** Returns what is to be told; undefined where the file is gone. Throws a Failure where it cannot be published. */
function emptyFile({ maps }: SavedRun, output: Output): string | undefined {
  const type = typeOf(output);
  const path = type.publishedPath(output);
  const found = identityOf(path);
  if (found === undefined) return undefined;
  const known = maps[path];
  // Whoever takes an output out may want the name for a file of his own.
  if (known !== undefined && !isSameFile(found, known))
    return 'somebody has changed its file since: it stays as it is';
  const writer = type.write(output);
  try {
    writer.finish();
    writer.publish();
  } finally {
    writer.discard();
  }
  return 'it was emptied';
}

/** Returns what is to be told; undefined where this host has never sent anything. Throws as the server answers. */
async function emptyTable({ paths }: RunContext, output: Output): Promise<string | undefined> {
  const { tables } = readKnownTables(paths.tables);
  const target = targetOf(output);
  if (tables[target.key] === undefined) return undefined;
  const { leaveTable } = await import('./shared/leave-table.ts');
  await leaveTable({ output, target }, tables[target.key]);
  // Should it be configured again, all rows have to be sent.
  const { [target.key]: _, ...others } = tables;
  writeKnownTables(paths.tables, others);
  removeTableRows(paths, target.key);
  return 'the rows of this host were taken out';
}
