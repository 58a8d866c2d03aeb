/** All that is said to MariaDB and MySQL. */
import type { Statement, Statements } from '../shared/statements.ts';
import { health } from './health-statements.ts';
import { claim, clean, clearBatch, forgetHost, hostNamed, instanceOf, meet } from './host-statements.ts';
import { entriesAfter, entriesIn, entriesOfUser, listHosts, longestEntries } from './question-statements.ts';
import { endRevoked, fetchRevocations, tell, undo } from './revocation-statements.ts';
import { addressesOf, mark, rowsAfter, sendRows } from './row-statements.ts';
import { schema } from './schema.ts';

const all = schema.map((text): Statement => [text.replace(/;$/, '')]);

/** The statements in the words of MariaDB and MySQL. */
export const statements: Statements = {
  schema: {
    askTable: [
      `select exists (select 1 from information_schema.tables
         where table_schema = database() and table_name = 'exact_relay') as found`,
    ],
    ...{ all, later: all },
    // Each of them ends the transaction that it stands in.
    locks: false,
    ...{ script: 'mysql.sql', laterScript: 'mysql.sql' },
  },
  ...{ meet, claim, clean },
  ...{ sendRows, mark, rowsAfter, addressesOf },
  ...{ instanceOf, clearBatch, forgetHost },
  ...{ fetchRevocations, tell, undo, endRevoked },
  ...{ listHosts, hostNamed, entriesIn, entriesOfUser, entriesAfter, longestEntries },
  health,
};
