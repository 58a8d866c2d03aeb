/** What is done with a table that is configured no more, or under another name: the rows of this host go. */

import type { Output } from '../../maps/output.ts';
import { Connection } from '../../maps/pgsql/connection.ts';
import { asFailure } from '../../maps/pgsql/database.ts';
import { clearBatch, forgetHost } from '../../maps/pgsql/row-statements.ts';
import type { Target } from '../../maps/pgsql/target.ts';
import type { KnownTable } from '../../state/tables-file.ts';

/** Takes the rows of this host out, if the name in the table is its own. Throws a Failure. */
export async function leaveTable(
  output: Output,
  target: Target,
  known: KnownTable | undefined,
): Promise<void> {
  const connection = new Connection(target);
  try {
    await asFailure(output, async () => {
      const whose = ['select instance from exact_hosts where source = $1', target.source] as const;
      const [[found] = []] = await connection.run([whose]);
      const isOwn =
        found === undefined || [known?.instance, ...(known?.former ?? [])].includes(String(found.instance));
      if (isOwn) await clearRows(connection, target.source);
    });
  } finally {
    connection.close();
  }
}

/** Takes all rows of a source out of the table, and forgets its host, but not what it has revoked; returns how many they were. Throws as the server does. */
export async function clearRows(
  connection: Connection,
  source: string,
): Promise<{ readonly rows: number; readonly isFound: boolean }> {
  let [rows, ended] = [0, 1];
  while (ended > 0) {
    const [[answer] = []] = await connection.run([clearBatch(source)], { locks: true });
    ended = Number(answer?.ended ?? 0);
    rows += ended;
  }
  const [found = []] = await connection.run([forgetHost(source)], { locks: true });
  return { rows, isFound: found.length > 0 };
}
