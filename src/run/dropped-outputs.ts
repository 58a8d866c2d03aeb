/**
 * Outputs that the last run published and that are configured no more. Nobody would ever take an address out of such a
 * map again, and an MTA may look it up still: it is emptied, once.
 */
import { hostname } from 'node:os';
import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import type { Output } from '../maps/output.ts';
import { withoutPassword } from '../maps/pgsql/password.ts';
import { isTable } from '../maps/pgsql/pgsql-output.ts';
import { readTarget, type Target } from '../maps/pgsql/target.ts';
import { identityOf, isSameFile, typeOf } from '../maps/publisher.ts';
import type { SavedRun } from '../state/cursors-file.ts';
import { writeKnownTables } from '../state/tables-file.ts';
import { readingTrouble } from './reading-trouble.ts';
import type { RunContext } from './run-context.ts';

/** What follows where an output cannot be emptied. */
const stays = 'its addresses stay in it, and the next run tries again';

/** Returns what was published by an earlier run and has no place in these settings, each once. */
export function droppedOutputs(saved: SavedRun, settings: Settings): Output[] {
  const before = [...(saved.dropped ?? []), ...(saved.settings?.outputs ?? [])];
  const now = new Set(settings.outputs.map(placeOf));
  const dropped = before.filter((output) => !now.has(placeOf(output)));
  return [...new Map(dropped.map((output) => [placeOf(output), output])).values()];
}

/** Where an output's addresses are: a file, or the rows of this host in a table. */
function placeOf(output: Output): string {
  return isTable(output) ? targetOf(output).key : typeOf(output).publishedPath(output);
}

function targetOf(output: Output): Target {
  const target = readTarget(output, hostname());
  if ('reason' in target) throw new Error(`${output.type}: ${target.reason}`);
  return target;
}

/** Empties outputs, and says so of each; returns those that are to be tried again. */
export async function emptyOutputs(context: RunContext, dropped: readonly Output[]): Promise<Output[]> {
  const left: Output[] = [];
  for (const output of dropped) {
    const where = withoutPassword(`output ${output.type} ${output.path}`);
    try {
      const consequence = isTable(output)
        ? await emptyTable(context, output)
        : emptyFile(context.saved, output);
      if (consequence !== undefined) {
        const what = 'is configured no more';
        context.invocation.report({ status: ExitStatus.ok, isWarning: true, where, what, consequence });
      }
    } catch (error) {
      context.record.meet({ ...readingTrouble(error, where, stays), consequence: stays });
      left.push(output);
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

async function emptyTable({ known, paths }: RunContext, output: Output): Promise<string> {
  const [{ inTransaction }, { clearSource, lockWriters }] = await Promise.all([
    import('../maps/pgsql/database.ts'),
    import('../maps/pgsql/statements.ts'),
  ]);
  const target = targetOf(output);
  await inTransaction(output, target, false, async (query) => {
    await lockWriters(query);
    await clearSource(query, target.source);
  });
  // Should it be configured again, all rows have to be sent.
  const { [target.key]: _, ...others } = known;
  writeKnownTables(paths.tables, others);
  return 'the rows of this host were taken out';
}
