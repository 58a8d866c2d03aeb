/** Whether somebody may sit at the other end of a descriptor. */
import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Reports whether a descriptor is a terminal; one that is closed is none. */
export function isTerminal(descriptor: number): boolean {
  try {
    // A terminal is a character device: to ask first spares most runs the loading of what knows for certain.
    return fstatSync(descriptor).isCharacterDevice() && isatty(descriptor);
  } catch {
    return false;
  }
}
