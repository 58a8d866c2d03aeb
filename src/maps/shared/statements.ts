/**
 * What is said to a database that hosts share, whichever it is: each writes these statements in its own SQL, and answers
 * with columns of the same names, which answers.ts reads.
 */
import type { Network } from '../../relay/network.ts';
import type { Revocation } from '../../relay/revocation.ts';
import type { Health } from './health.ts';
import type { RowChanges } from './rows.ts';
import type { Target } from './target.ts';

/** A statement and the values of its parameters. */
export type Statement = readonly [text: string, ...values: unknown[]];

/** A row as the server sends it. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** A way to one table, open or not yet. */
export interface Connection {
  readonly target: Target;
  /** The statements in the words of this database. */
  readonly sql: Statements;
  /** The process of the server that the connection was begun with, by what it then said. */
  readonly serverProcess: number | undefined;
  /**
   * Does statements in one transaction; returns the rows of each. Where it `locks`, writers come one after another: what
   * one revokes, the next cannot have read too early. Readers do not wait. Throws ServerTrouble.
   */
  run(
    statements: readonly Statement[],
    begin?: { readonly locks?: boolean },
  ): Promise<readonly (readonly SqlRow[])[]>;
  /** Does statements that depend on the answer to a first one, in one transaction in which no other writer writes. */
  ask(first: Statement, next: (rows: readonly SqlRow[]) => readonly Statement[]): Promise<void>;
  /** Opens it, where it is not open: what is sent next arrives soon. Throws ServerTrouble. */
  open(): Promise<void>;
  /** Ends it; nothing is waited for. */
  close(): void;
}

/** What a host says of itself. */
export interface Self {
  readonly source: string;
  readonly instance: string;
  /** The release of Exact. */
  readonly version: string;
  /** Unix seconds by this host's clock. */
  readonly now: number;
}

/** Who sends, and what the table must still be for it. */
export interface Sender {
  readonly source: string;
  readonly instance: string;
  /** The token that the table has; nothing is written where it has another. */
  readonly token: string;
  /** What it gets in its place. */
  readonly next: string;
}

/** A row as its key has it. */
export interface RowName {
  readonly address: string;
  readonly username: string;
  readonly source: string;
}

/** Rows of one statement that puts or gives them. */
export const mostSent = 5000;

/** Rows that one statement ends at most. */
export const mostEnded = 10_000;

/** How the tables are made where they are missing. */
interface Schema {
  /** Asks whether the first table is there: `found`. */
  readonly askTable: Statement;
  /** Makes all of them. */
  readonly all: readonly Statement[];
  /** Makes what this release adds to tables of an earlier one. */
  readonly later: readonly Statement[];
  /** Whether they are made while no other writer writes. */
  readonly locks: boolean;
  /** The script in examples/ that makes all of them, and the one that makes the rest. */
  readonly script: string;
  readonly laterScript: string;
}

/** The statements of a database. */
export interface Statements {
  readonly schema: Schema;

  /** Has a host seen once more, if the row of its name is its own; asks for that row, and for what has been revoked. */
  meet(self: Self): Statement;
  /** Takes the name for a host, if its row is still that of `found`, or there is none; gives the row's `beats`. */
  claim(self: Self, token: string, found: string): Statement;
  /** Ends what is past, of whatever host: rows, revocations (`days` old), hosts that have not been seen for long. */
  clean(days: number): readonly Statement[];

  /**
   * Changes rows, if nothing was revoked since `known` and nobody else has written in this host's name; gives 1 in `sent`.
   */
  sendRows(
    sender: Sender,
    known: string,
    changes: RowChanges,
    how: { readonly now: number; readonly total: number },
  ): Statement;
  /** Writes down that something of a host has arrived, whoever has the name by now; gives a row if it is this one. */
  mark(sender: Sender): Statement;
  /** Asks for a batch of a host's rows after one. */
  rowsAfter(source: string, address: string, username: string): Statement;
  /** Asks for the rows of a source that a reader sees now: addresses and networks. */
  addressesOf(source: string): Statement;

  /** Asks for the instance that has a name. */
  instanceOf(source: string): Statement;
  /** Ends a batch of a host's rows; gives how many it `ended`. */
  clearBatch(source: string): Statement;
  /** Forgets a host, but not what it has revoked; gives a row if there was one. */
  forgetHost(source: string): Statement;

  /** Asks for the revocations of all hosts. */
  readonly fetchRevocations: Statement;
  /**
   * Tells all hosts of revocations, whose times are of this host, after {@link mark}. One that the table has already stays
   * as it is.
   */
  tell(sender: Sender, revocations: readonly Revocation[], now: number): Statement;
  /** Ends the refusals of subjects, whichever host they are of. */
  undo(subjects: readonly Pick<Revocation, 'kind' | 'what'>[]): Statement;
  /** Returns what ends one batch of what revocations of a host end, each statement giving how many rows it `ended`. */
  endRevoked(source: string, revocations: readonly Revocation[]): readonly Statement[];
  /** What ends rows that an earlier release has written, where one has written to this database. */
  readonly older?: {
    /** Asks for a batch of rows after one, of which that release has not written what finds them by their users. */
    rowsAfter(after: RowName): Statement;
    /** Ends rows of whatever host. */
    end(rows: readonly RowName[]): Statement;
  };

  /** Asks for the hosts; those of an earlier release are known by their rows alone. */
  readonly listHosts: Statement;
  /** Asks for the row of a name among the hosts. */
  hostNamed(source: string): Statement;
  /** Asks for the entries in networks, and for those of networks that hold them. */
  entriesIn(networks: readonly Network[], limit: number): Statement;
  /** Asks for the entries of a user, in whatever case the name is written. */
  entriesOfUser(user: string): Statement;
  /** Asks for a batch of all entries after one, which `after` gives by its parts. */
  entriesAfter(after: readonly [address: string, username: string, source: string]): Statement;
  /** Asks for the entries that hold for longest. */
  longestEntries(limit: number): Statement;

  /** Asks how a server is: it changes nothing, and needs no table to be there. */
  health(connection: Connection): Promise<Health>;
}
