/** The settings that a run works with: exact.conf, typed, defaults filled in. */
import type { Output } from '../maps/output.ts';
import type { Ignored } from '../relay/policy.ts';

/** Where a setting comes from: `FILE:LINE`, `default`, `default (found)`, or an option's name. */
export type Origin = string;

/** Everything that exact.conf, the environment's search path and the command line settle. Durations are seconds. */
export interface Settings {
  /** The configuration file in use; undefined: none was found, defaults serve. */
  readonly file?: string;
  /** Account to become when started as root; undefined: the owner of the state directory. */
  readonly user?: string;
  readonly group?: string;
  /** Paths, or `journal:` with matches. */
  readonly maillogs: readonly string[];
  /** Zone of stamps that carry none, as in the zone database; undefined: the system's. */
  readonly timezone?: string;
  /** Names of rules; `auto`: all. */
  readonly servers: readonly string[];
  /** Servers files beside the built-in catalog. */
  readonly serverdefs: readonly string[];
  readonly timeout: number;
  /** The state file; cursors, revocations and lock lie beside it. */
  readonly state: string;
  readonly outputs: readonly Output[];
  readonly ignore: readonly Ignored[];
  /** undefined: no limit. */
  readonly maxAddressesPerUser?: number;
  readonly maxEntries: number;
  /** Bits, 48 to 128. */
  readonly ipv6Prefix: number;
  readonly sessions: boolean;
  readonly sessionLimit: number;
  /** How long a `connect` line waits for its login. */
  readonly connectWindow: number;
  /** After how long a problem that lasts is told again. */
  readonly warnRepeat: number;
  /** After how long without a login, while lines of a server arrive, a warning is due; undefined: never. */
  readonly warnSilent?: number;
  /** Where it is logged who was authorised, refused or revoked. */
  readonly logging: 'none' | 'syslog' | 'internal';
  /** The log that `internal` logging appends to; always there with it. */
  readonly logfile?: string;
  /** File for Prometheus text; undefined: none is written. */
  readonly metrics?: string;
  /** Commands, each an absolute path and its arguments. */
  readonly onChange: readonly (readonly string[])[];
  /**
   * Where each setting comes from, by its name in exact.conf, and for a name that may repeat also by name and
   * value (`server dovecot`).
   */
  readonly origins: ReadonlyMap<string, Origin>;
}
