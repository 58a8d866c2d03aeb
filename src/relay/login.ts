/** What a rule finds in a log, and what the relay table is made of. */
import type { Address } from './address.ts';
import type { Session } from './session.ts';

/** A successful POP or IMAP login. All of it but `session` is what `parse --json` prints. */
export interface Login {
  /** When, by the log's own stamp: Unix seconds. */
  readonly time: number;
  /** The client, canonical. */
  readonly address: Address;
  /** As the server logged it. */
  readonly user: string;
  /** Name of the rule that found it. */
  readonly server: string;
  /** The host that logged it; '' where the line names none. */
  readonly host: string;
  /** The program that logged it. */
  readonly program: string;
  /** Its process id as logged; '' where the line has none. */
  readonly pid: string;
  /** The file, `-` for standard input, `journal:` for the journal. */
  readonly source: string;
  /** Line number in that file from 1; 0 where lines were not counted. */
  readonly line: number;
  /** The session that it begins; undefined where no line of its server tells the end of one. */
  readonly session?: Session;
}

/** The end of a session. */
export interface Logout {
  /** Unix seconds. */
  readonly time: number;
  /** Name of the rule that found it. */
  readonly server: string;
  /** undefined: nobody has logged in in it. */
  readonly session?: Session;
}
