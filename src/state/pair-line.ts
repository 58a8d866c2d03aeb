/**
 * One line of the state file: a pair. Fields are separated by tabs and the first two have a fixed width, so
 * that a run finds key and time of a line without taking it apart:
 *
 *     KEY LAST FIRST LOGINS ADDRESS SERVER USER SESSIONS
 *
 * KEY is the sort key of the address (relay/address.ts), LAST and FIRST are Unix seconds in ten digits, SESSIONS
 * is `-` or `ID@SINCE` joined by commas. SERVER and USER are escaped as in tab-separated output.
 */
import { sortKey } from '../relay/address.ts';
import type { OpenSession, Pair } from '../relay/pair.ts';
import { escapeField, unescapeField } from '../terminal/escape.ts';

/** Whether a line that begins with a byte, `4` or `6`, is of an IPv6 address. */
export function isIPv6Line(firstByte: number): boolean {
  return firstByte === 0x36;
}

/** Bytes of the sort key, without the tab after it, by the first byte of a line. */
export function keyBytes(firstByte: number): number {
  return isIPv6Line(firstByte) ? 33 : 9;
}

/** Orders the key of the line that begins at an offset and another key: below 0, 0 or above. */
export function compareKeyAt(bytes: Uint8Array, start: number, other: string): number {
  const length = keyBytes(bytes[start] as number);
  for (let at = 0; at < length; at++) {
    const difference = (bytes[start + at] as number) - other.charCodeAt(at);
    // Keys of one family have one length, and those of two differ in the first byte.
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Digits of a time. */
export const timeDigits = 10;

function time(seconds: number): string {
  return String(seconds).padStart(timeDigits, '0');
}

/** Returns the line of a pair, with its newline. */
export function formatPair(pair: Pair): string {
  const sessions = pair.sessions.map(({ id, since }) => `${id}@${since}`).join(',') || '-';
  return `${[
    sortKey(pair.address),
    time(pair.last),
    time(pair.first),
    pair.logins,
    pair.address,
    escapeField(pair.server),
    escapeField(pair.user),
    sessions,
  ].join('\t')}\n`;
}

/** Returns the pair of a line without its newline, or undefined for a line that is none. */
export function parsePair(line: string): Pair | undefined {
  const fields = line.split('\t');
  const [key, last, first, logins, address, server, user, sessions] = fields;
  if (fields.length !== 8 || key === undefined || address === undefined) return undefined;
  if (server === undefined || user === undefined || sessions === undefined) return undefined;
  const pair = {
    address,
    user: unescapeField(user),
    server: unescapeField(server),
    first: Number(first),
    last: Number(last),
    logins: Number(logins),
    sessions: sessions === '-' ? [] : sessions.split(',').map(parseSession),
  };
  const times = [pair.first, pair.last, ...pair.sessions.map(({ since }) => since)];
  return times.every(isTime) && Number.isSafeInteger(pair.logins) ? pair : undefined;
}

function isTime(seconds: number): boolean {
  return Number.isSafeInteger(seconds) && seconds >= 0 && seconds < 10 ** timeDigits;
}

function parseSession(text: string): OpenSession {
  const at = text.lastIndexOf('@');
  return { id: text.slice(0, at), since: Number(text.slice(at + 1)) };
}
