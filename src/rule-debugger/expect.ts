/**
 * The truth about a sample, as its owner knows it: for the checks of an administrator, and for Exact's own samples. A
 * row is a JSON object, or a shorter form for people.
 */
import { type Address, isAddress, parseAddress } from '../relay/address.ts';

/** Which line a row is about: the one with this number, from 1, or the one that says this. */
export type Place = { readonly line: number } | { readonly text: string };

/** What may be true of a line. */
export interface Fact {
  /** `optional`: either no login or this one. */
  readonly login: boolean | 'optional';
  readonly user?: string;
  readonly address?: Address;
}

/** What is true of a line. */
export type Expectation = Place & Fact;

/** The truth, and the lines of its file that cannot be read. */
export interface Truth {
  readonly expectations: readonly Expectation[];
  readonly faults: readonly { readonly line: number; readonly reason: string }[];
}

/**
 * Reads the truth. A row is `{"text": "LOGIN alice", "login": true, "user": "alice", "address": "192.0.2.10"}`; or the
 * same with the number of the line, `"line": 1`, which counts where a row has both; or `1 alice 192.0.2.10`; or `3 -`
 * for no login. A row that has user and address, and no `login`, is one, as those that `exact parse` writes. Other fields,
 * empty lines and `#` comments are passed over.
 */
export function parseTruth(text: string): Truth {
  const expectations: Expectation[] = [];
  const faults: { line: number; reason: string }[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const read = line.trimStart().startsWith('{') ? readJson(line) : readWords(line);
    if (typeof read === 'string') faults.push({ line: index + 1, reason: read });
    else expectations.push(read);
  }
  return { expectations, faults };
}

function readWords(text: string): Expectation | string {
  const [, line, rest = ''] = /^\s*(\d{1,9})\s+(.*?)\s*$/.exec(text) ?? [];
  if (line === undefined) return "wanted 'LINE USER ADDRESS', or 'LINE -'";
  if (rest === '-') return { line: Number(line), login: false };
  const [, user, address] = /^(.+?)\s+(\S+)$/.exec(rest) ?? [];
  if (user === undefined || address === undefined) return "wanted 'LINE USER ADDRESS', or 'LINE -'";
  return loginAt({ line: Number(line) }, true, user, address);
}

function readJson(text: string): Expectation | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  if (typeof value !== 'object' || value === null) return 'not an object';
  const {
    line,
    text: said,
    user,
    address,
    login = isClient(user, address),
  } = value as Record<string, unknown>;
  const place = placeOf(line, said);
  if (typeof place === 'string') return place;
  if (login === false) return { ...place, login };
  if (login !== true && login !== 'optional') return '\'login\' is neither true, false nor "optional"';
  if (typeof address !== 'string' || (login === true && typeof user !== 'string')) {
    return "'user' or 'address' is missing";
  }
  return loginAt(place, login, typeof user === 'string' ? user : undefined, address);
}

/** As a default: undefined where the row does not say of whom it is. */
function isClient(user: unknown, address: unknown): true | undefined {
  return user === undefined || address === undefined ? undefined : true;
}

function placeOf(line: unknown, text: unknown): Place | string {
  if (line === undefined && typeof text === 'string' && text !== '') return { text };
  if (typeof line === 'number' && Number.isInteger(line) && line >= 1) return { line };
  return line === undefined ? "neither 'text' nor 'line' says which line it is" : "'line' is no line number";
}

function loginAt(
  place: Place,
  login: true | 'optional',
  user: string | undefined,
  text: string,
): Expectation | string {
  const address = parseAddress(text);
  if (!isAddress(address)) return `address '${text}': ${address.reason}`;
  return user === undefined ? { ...place, login, address } : { ...place, login, user, address };
}
