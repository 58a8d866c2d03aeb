/** What a rule finds in a log, and what the relay table is made of. */
import type { Address } from './address.ts';

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
  /** What a logout of the same session will carry too: the server's session id, or host, program and pid. */
  readonly session?: string;
}

/** The end of a session. It may carry the address, or only the session that began with a login. */
export interface Logout {
  /** Unix seconds. */
  readonly time: number;
  readonly server: string;
  readonly user?: string;
  readonly address?: Address;
  readonly session?: string;
}
