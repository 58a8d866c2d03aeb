/** All that is said to PostgreSQL. */
import type { Statement, Statements } from '../shared/statements.ts';
import { health, hostNamed } from './health-statements.ts';
import { claim, clean, meet } from './host-statements.ts';
import { entriesAfter, entriesIn, entriesOfUser, listHosts, longestEntries } from './question-statements.ts';
import { endRevoked, endRows, fetchRevocations, olderRows, tell, undo } from './revocation-statements.ts';
import {
  addressesOf,
  clearBatch,
  forgetHost,
  instanceOf,
  mark,
  rowsAfter,
  sendRows,
} from './row-statements.ts';
import { schema, second } from './schema.ts';

const alone = (text: string): Statement => [text];

/** The statements in the words of PostgreSQL. */
export const statements: Statements = {
  schema: {
    askTable: ["select to_regclass('exact_relay') is not null as found"],
    all: schema.map(alone),
    later: second.map(alone),
    locks: true,
    script: 'pgsql.sql',
    laterScript: 'pgsql-2.sql',
  },
  ...{ meet, claim, clean },
  ...{ sendRows, mark, rowsAfter, addressesOf },
  ...{ instanceOf, clearBatch, forgetHost },
  ...{ fetchRevocations, tell, undo, endRevoked },
  older: { rowsAfter: olderRows, end: endRows },
  ...{ listHosts, hostNamed, entriesIn, entriesOfUser, entriesAfter, longestEntries },
  health,
};
