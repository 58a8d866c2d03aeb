/** What a login may be no longer than, in bytes: checked beside the expressions, which no bound then swells. */
import type { Captures, Rule } from '../rules/rule.ts';

/** Bytes of the longest user name. No server lets an account have a longer one, and some cut theirs off sooner. */
const longestUser = 255;

/** Returns why a message that a rule has read is too long for a login; undefined for one that is not. */
export function tooLong(rule: Rule, message: string, { user }: Captures): string | undefined {
  if (rule.isOriginalForm) return undefined;
  if (isLonger(message, rule.longest)) return `a message over ${rule.longest} bytes`;
  return user !== undefined && isLonger(user, longestUser) ? `a user over ${longestUser} bytes` : undefined;
}

/** Reports whether a text has so many bytes. A character has three for each UTF-16 unit at most: few are counted. */
export function hasBytes(text: string, bytes: number): boolean {
  if (text.length >= bytes) return true;
  return text.length * 3 >= bytes && Buffer.byteLength(text) >= bytes;
}

function isLonger(text: string, bytes: number): boolean {
  return hasBytes(text, bytes + 1);
}
