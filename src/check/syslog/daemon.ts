/**
 * What a syslog daemon is to `update --check`: how it is known, and where its configuration lets a client's text begin a
 * line of the log. What each of them does was measured with the daemon itself; src/servers/CUTS.md has the versions.
 */

/** A setting by which text within a message may begin a line. */
export interface Weakness {
  /** `FILE:LINE`, or the daemon's name where nothing can be set. */
  readonly where: string;
  /** What it does, to follow `where: `. */
  readonly text: string;
  /**
   * `line end`: the rest of a message behind a line end is a line of its own. `rest`: so is what is over the longest
   * message. `relay`: so is what follows a line end that another host has left in a message. `cut`: messages end where they
   * are cut, at a length that tells nothing.
   */
  readonly kind: 'line end' | 'rest' | 'relay' | 'cut';
  /** What mends it: a command for root, or what to write. */
  readonly fix: string;
}

/** What mends a relay: nothing that can be set here. */
export const senderFix =
  'let no sender leave line ends in a message: rsyslog leaves none, and syslog-ng needs flags(no-multi-line) in each source';

/** One syslog daemon. */
export interface SyslogDaemon {
  /** As people call it. */
  readonly name: string;
  /** What its process is called. */
  readonly process: string;
  /** Where its program lies; one of these is enough. */
  readonly paths: readonly string[];
  /** What it does with line ends where it has no weakness. */
  readonly strength: string;
  /** Reads its configuration, of a host whose files lie below `root`. */
  weaknesses(root: string): readonly Weakness[];
}

/** A daemon that this host has. */
export interface SeenDaemon {
  readonly name: string;
  /** It runs; else it is only installed. */
  readonly isRunning: boolean;
  readonly strength: string;
  readonly weaknesses: readonly Weakness[];
}
