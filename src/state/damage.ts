/** Files of the state that cannot be used: why, and the text of those that can. */
import { NotRegular, readRegularText } from '../host/regular-file.ts';
import { errnoOf } from '../problem.ts';

/** Why a file of the state cannot be used. */
export interface Damage {
  /** `not JSON`, `a FIFO, not a regular file`. */
  readonly damage: string;
  /** Written by a later version of Exact: whole, but not for this one to read. */
  readonly isNewer: boolean;
}

/** Whether what a file of the state came to is damage. */
export function isDamage<T extends object>(read: T | Damage): read is Damage {
  return 'damage' in read && 'isNewer' in read;
}

/**
 * Returns the text of a file of the state; undefined if there is none. Where something else stands under its name, a
 * FIFO or a folder, that is damage. System errors are thrown.
 */
export function readStateText(path: string): string | Damage | undefined {
  try {
    return readRegularText(path);
  } catch (error) {
    if (error instanceof NotRegular) return { damage: error.message, isNewer: false };
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
