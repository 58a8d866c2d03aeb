/** The settings that a run works with: exact.conf, typed, defaults filled in. */
import type { SavedSettings } from '../state/saved-settings.ts';

/** Where a setting comes from: `FILE:LINE`, `default`, `default (found)`, or an option's name. */
export type Origin = string;

/**
 * Everything that exact.conf, the environment's search path and the command line settle. Durations are seconds. Most of
 * it is saved for a run that finds exact.conf broken.
 */
export interface Settings extends SavedSettings {
  /** The configuration file in use; undefined: none was found, defaults serve. */
  readonly file?: string;
  /** Account to become when started as root; undefined: the owner of the state directory. */
  readonly user?: string;
  readonly group?: string;
  /** Names of rules; `auto`: all. */
  readonly servers: readonly string[];
  /** Servers files beside the built-in catalog. */
  readonly serverdefs: readonly string[];
  /** How long a `connect` line waits for its login. */
  readonly connectWindow: number;
  /**
   * Where each setting comes from, by its name in exact.conf, and for a name that may repeat also by name and
   * value (`server dovecot`).
   */
  readonly origins: ReadonlyMap<string, Origin>;
}
