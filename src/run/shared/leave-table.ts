/** What is done with a table that is configured no more, or under another name: the rows of this host go. */

import { endedIn } from '../../maps/shared/answers.ts';
import { asFailure } from '../../maps/shared/failure.ts';
import { connectionTo, type SharedTable } from '../../maps/shared/shared-tables.ts';
import type { Connection } from '../../maps/shared/statements.ts';
import type { KnownTable } from '../../state/tables-file.ts';

/** Takes the rows of this host out, if the name in the table is its own. Throws a Failure. */
export async function leaveTable(table: SharedTable, known: KnownTable | undefined): Promise<void> {
  const { output, target } = table;
  const connection = await connectionTo(table);
  try {
    await asFailure(output, async () => {
      const [[found] = []] = await connection.run([connection.sql.instanceOf(target.source)]);
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
  const { sql } = connection;
  let [rows, ended] = [0, 1];
  while (ended > 0) {
    const [answer = []] = await connection.run([sql.clearBatch(source)], { locks: true });
    ended = endedIn(answer);
    rows += ended;
  }
  const [found = []] = await connection.run([sql.forgetHost(source)], { locks: true });
  return { rows, isFound: found.length > 0 };
}
