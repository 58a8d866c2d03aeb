/**
 * What an MTA logs when it refuses to relay for a client. It is no login and opens nothing: `exact dump` reads it, to
 * tell why the client has no permission.
 */
import type { Chunk, JournalRecord } from '../maillog/chunk.ts';
import type { Address } from '../relay/address.ts';
import type { Zone } from '../syslog/zone.ts';

/** One recipient that an MTA did not take from a client. */
export interface RelayRefusal {
  /** When, by the log's own stamp: Unix seconds. */
  readonly time: number;
  /** The client, canonical. */
  readonly address: Address;
  /** As the client gave it, without brackets, '' for `<>`; undefined where the log has none. Anybody may write anything. */
  readonly sender: string | undefined;
  /** As the client gave it too. */
  readonly recipient: string | undefined;
  /** Whose login a server refused: see failed-logins.ts; an MTA's refusal has none. */
  readonly user?: string | undefined;
  /** What a server says of that; of an MTA why it refused, where it has more reasons than that it does not relay. */
  readonly cause?: string | undefined;
  /** Who refused, where the MTA has several words for that: `milter-reject`. */
  readonly verb?: string | undefined;
  /** By the name of the stanza that found it: `postfix`. */
  readonly mta: string;
  /** The process of the MTA; '' where the line has none. */
  readonly pid: string;
}

/** What is known of the refusals of an MTA. */
export interface RefusalLog {
  /** The text of its `refusals.conf`. */
  readonly stanzas: string;
  /** Whether it logs each twice, so that a log has the same refusal in two lines, one after the other. */
  readonly isWrittenTwice: boolean;
  /**
   * Says of a refusal with a cause what refused, and what of the MTA's configuration is to be changed; undefined where it
   * is that the MTA does not relay for the client. An MTA that logs no causes has no such function.
   */
  explain?(refusal: Pick<RelayRefusal, 'cause' | 'verb'>): string | undefined;
  /** A log that it writes itself, in a form that is not syslog's. */
  readonly ownLog?: OwnLog;
}

/** A log of an MTA's own form. */
export interface OwnLog {
  /** Where systems have it. */
  readonly paths: readonly string[];
  /** Returns a reader for logs whose stamps are of a zone, unless they name one. */
  open(zone: Zone): OwnLogReader;
}

/** Reads a log of an MTA's own form; of any other log it reads nothing. */
export interface OwnLogReader {
  /** Returns the time of a line, Unix seconds; undefined for one that is not of this form. */
  stampOf(line: Buffer, writtenBefore: number): number | undefined;
  /** Returns the lines of a chunk that may tell of a refused recipient, as syslog would have them. */
  records(chunk: Chunk): JournalRecord[];
}
