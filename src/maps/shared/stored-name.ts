/** Names as the tables hold them: of any length and of any characters, in keys that an index takes. Pure. */
import { createHash } from 'node:crypto';
import { foldUser } from '../../relay/pair.ts';
import { escapeField, wellFormed } from '../../terminal/escape.ts';

/** The longest name that stands in a key as it is, in characters: a key of an index has to be below 2.7 kB. */
export const longestName = 255;

/** Returns the whole name, escaped: no text that a client makes up in a log can make the server refuse it. */
export function wholeName(name: string): string {
  return escapeField(wellFormed(name));
}

/** Returns the name as it stands in a key: one that is too long ends with a digest in the place of its end. */
export function keyName(name: string): string {
  const whole = wholeName(name);
  if (whole.length <= longestName) return whole;
  const start = wellFormed(whole.slice(0, longestName - 64));
  return `${start}${createHash('sha256').update(whole).digest('hex')}`;
}

/** Returns what the rows of a user are found by, however the name is written: a digest, 32 hexadecimal digits. */
export function accountOf(user: string): string {
  return createHash('sha256')
    .update(foldUser(wellFormed(user)))
    .digest('hex')
    .slice(0, 32);
}
