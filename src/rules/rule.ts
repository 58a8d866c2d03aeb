/** A parse rule, ready for use: what recognises the logins of one server. */

/** A compiled expression on one of the two engines. */
export interface Expression {
  /** As written in the servers file, macros not expanded. */
  readonly source: string;
  /** With macros expanded: RE2 syntax. */
  readonly expanded: string;
  /** Line of the servers file, from 1; 0 for an expression from the command line. */
  readonly line: number;
  /**
   * Texts of which every match contains at least one, as UTF-8 bytes; none where none are known. Lines without
   * any are never decoded.
   */
  readonly literals: readonly Buffer[];
  /** Returns the named groups of the match at the start of the text's first possible place, or undefined. */
  match(text: string): Captures | undefined;
  /** Returns the same expression for whoever has no use for its session; it may be quicker, and may take none. */
  withoutSession(): Expression;
}

/** What the groups of an expression took; undefined for one that it has not, or that took no part. */
export interface Captures {
  readonly user: string | undefined;
  readonly address: string | undefined;
  readonly session: string | undefined;
  /** Number of the process that the line is about, where another process has written it. */
  readonly pid: string | undefined;
}

/** The rule for one server: a stanza of exact-servers.conf. */
export interface Rule {
  readonly name: string;
  /** `built in`, or `FILE:LINE` of its stanza. */
  readonly origin: string;
  /**
   * Programs whose messages it is tried on, with `*` and `?`; `-` for own log files that name none; empty:
   * every program (an original-form stanza).
   */
  readonly programs: readonly string[];
  readonly match: readonly Expression[];
  readonly connect: readonly Expression[];
  readonly logout: readonly Expression[];
  /** By these a process begins whose connect lines count; where there are none, those of any process do. */
  readonly start: readonly Expression[];
  /** After one of these nothing counts that the same process logs: it may be what a client wrote. */
  readonly void: readonly Expression[];
  /** Lines that lack the server's closing text: a line end in a name has ended them, and the next line is the rest. */
  readonly unclosed: readonly Expression[];
  /**
   * Bytes of the shortest message that the server's logger may have broken: what the same process logs next, or the
   * same program where no process is named, is the rest of it. Undefined where it breaks none.
   */
  readonly broken: number | undefined;
  /** Seconds for which others that the same process logs may be torn behind such a line; 0 where the logger loses none. */
  readonly tornSeconds: number;
  /** Bytes of the longest message that is a login, or half of one; Infinity in the original's form. */
  readonly longest: number;
  /** The server hands line ends of clients on where it prints, or writes a file of its own: none of that is believed. */
  readonly printsLineEnds: boolean;
  /** Journal fields that a record must carry, each `FIELD=VALUE`. */
  readonly journal: readonly string[];
  /** A stanza in the form of EXACT 1.41: its expression sees the whole line, not the message. */
  readonly isOriginalForm: boolean;
  /** Which versions of the server it is for, from the stanza's `versions` line; '' if it has none. */
  readonly versions: string;
}
