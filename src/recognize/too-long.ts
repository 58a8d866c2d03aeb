/**
 * What a login may be no longer than, in bytes, and so every part that a rule captures or skips. It is checked beside the
 * expressions, which no bound then swells.
 */
import type { Captures, Rule } from '../rules/rule.ts';
import { usualLongest } from '../rules/usual-longest.ts';

/** Bytes of the longest user name. No server lets an account have a longer one, and some cut theirs off sooner. */
const longestUser = 255;

/** Returns why a message that a rule has read is too long for a login; undefined for one that is not. */
export function tooLong(rule: Rule, message: string, { user, address }: Captures): string | undefined {
  if (rule.isOriginalForm) return undefined;
  if (isLonger(message, rule.longest)) return `a message over ${rule.longest} bytes`;
  if (user !== undefined && isLonger(user, longestUser)) return `a user over ${longestUser} bytes`;
  // Daemons cut where they will, and of an address that is the last a digit may be missing.
  const mayBeCut = address !== undefined && message.endsWith(address) && isLonger(message, usualLongest);
  return mayBeCut ? `an address that ends a message over ${usualLongest} bytes` : undefined;
}

/** Reports whether a text has so many bytes. A character has three for each UTF-16 unit at most: few are counted. */
export function hasBytes(text: string, bytes: number): boolean {
  if (text.length >= bytes) return true;
  return text.length * 3 >= bytes && Buffer.byteLength(text) >= bytes;
}

function isLonger(text: string, bytes: number): boolean {
  return hasBytes(text, bytes + 1);
}
