/** The files of the state: they lie beside each other, and each has its own reason to be a file of its own. */

/** Mode of all state files: they hold user names. */
export const stateMode = 0o600;

/** Names of the state's files. */
export interface StatePaths {
  /** The pairs: replaced when one changes. */
  readonly pairs: string;
  /** How far the logs are read, and what the last runs met: replaced by every run, always last. */
  readonly cursors: string;
  /** Revocations: synced before any map is published, and never rebuilt from a log. */
  readonly revoked: string;
  /** Who was let in by hand: never rebuilt from a log. */
  readonly permits: string;
  /** What left the table in the last day, for `dump` to tell. */
  readonly history: string;
  /** What is known of tables that hosts share: there only where an output is one. */
  readonly tables: string;
  /** What the names of the files begin with that hold the rows of this host in such tables, as they were sent. */
  readonly rows: string;
  /** The note of a run after which there is nothing to do: see idle-note.ts. Nothing is lost with it. */
  readonly idle: string;
  /** The same for the shell, see run/quiet-note.ts: there only where the other is. */
  readonly quiet: string;
  /** What the kernel locks: never replaced, never removed. */
  readonly lock: string;
}

/** Returns the names of the files of a state. */
export function statePaths(state: string): StatePaths {
  return {
    pairs: state,
    cursors: `${state}.cursors`,
    revoked: `${state}.revoked`,
    permits: `${state}.permits`,
    history: `${state}.history`,
    tables: `${state}.tables`,
    rows: `${state}.rows`,
    idle: `${state}.idle`,
    quiet: `${state}.quiet`,
    lock: `${state}.lock`,
  };
}
