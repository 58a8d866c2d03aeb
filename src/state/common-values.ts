/** Kinds of values that several files of the state hold. */
import type { FileIdentity } from '../maps/publisher.ts';
import { isAddress, parseAddress } from '../relay/address.ts';
import { having, number, object, text } from './decode.ts';

/** The last second that Date knows, since 1970. */
const lastSecond = 8.64e12;

/** Whether a number is an instant that can be told: Unix seconds, 0 for never. */
export function isTime(seconds: number): boolean {
  return seconds >= 0 && seconds <= lastSecond;
}

/** Takes Unix seconds. */
export const time = having(number, isTime, 'is not a time');

/** Takes a whole number from 0. */
export const count = having(number, (value) => Number.isSafeInteger(value) && value >= 0, 'is not a count');

/** Takes text that can be handed to the system, as a path or a word of a command line. */
export const word = having(text, (value) => value !== '' && !value.includes('\0'), 'is not a word');

/** Reports whether a text is a client address in its one spelling. */
export function isCanonicalAddress(value: string): boolean {
  const parsed = parseAddress(value);
  return isAddress(parsed) && parsed === value;
}

/** Takes what tells one version of a file from another. */
export const fileIdentity = object<FileIdentity>({ inode: number, size: number, modified: number });
