/**
 * The truth about a sample, as its owner knows it, against what the rules find: for an administrator's own checks.
 * The form is that of Exact's own samples, one JSON object a line, or a shorter one for people.
 */
import { type Address, isAddress, parseAddress } from '../relay/address.ts';
import type { Login } from '../relay/login.ts';

/** What is true of a line. */
export interface Expectation {
  /** Number of the line, from 1. */
  readonly line: number;
  /** `optional`: either no login or this one. */
  readonly login: boolean | 'optional';
  readonly user?: string;
  readonly address?: Address;
}

/** The truth, and the lines of its file that cannot be read. */
export interface Truth {
  readonly expectations: readonly Expectation[];
  readonly faults: readonly { readonly line: number; readonly reason: string }[];
}

/**
 * Reads the truth. A line is `{"line": 1, "login": true, "user": "alice", "address": "192.0.2.10"}`, other fields
 * are passed over; or `1 alice 192.0.2.10`; or `3 -` for no login. Empty lines and `#` comments are passed over.
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
  return loginAt(Number(line), true, user, address);
}

function readJson(text: string): Expectation | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  if (typeof value !== 'object' || value === null) return 'not an object';
  const { line, login, user, address } = value as Record<string, unknown>;
  if (typeof line !== 'number' || !Number.isInteger(line) || line < 1) return "'line' is no line number";
  if (login === false) return { line, login };
  if (login !== true && login !== 'optional') return '\'login\' is neither true, false nor "optional"';
  if (typeof address !== 'string' || (login === true && typeof user !== 'string')) {
    return "'user' or 'address' is missing";
  }
  return loginAt(line, login, typeof user === 'string' ? user : undefined, address);
}

function loginAt(
  line: number,
  login: true | 'optional',
  user: string | undefined,
  text: string,
): Expectation | string {
  const address = parseAddress(text);
  if (!isAddress(address)) return `address '${text}': ${address.reason}`;
  return user === undefined ? { line, login, address } : { line, login, user, address };
}

/** A line of which the rules find something else than what is true. */
interface Difference {
  readonly line: number;
  /** `alice from 192.0.2.10`, `no login`. */
  readonly expected: string;
  readonly found: string;
}

/** How the truth and what was found compare. */
export interface Comparison {
  /** Logins and refusals that are as expected. */
  readonly logins: number;
  readonly refusals: number;
  /** In the order of lines. */
  readonly differences: readonly Difference[];
}

/** Compares the truth about a sample with the logins found in it; a line that it does not name must be none. */
export function compareWithTruth(expectations: readonly Expectation[], found: readonly Login[]): Comparison {
  const byLine = new Map(found.map((login) => [login.line, login]));
  const differences: Difference[] = [];
  let logins = 0;
  let refusals = 0;
  for (const expected of expectations) {
    const login = byLine.get(expected.line);
    byLine.delete(expected.line);
    if (!isAsExpected(expected, login)) {
      differences.push({ line: expected.line, expected: wordsOf(expected), found: foundWords(login) });
    } else if (login === undefined) refusals++;
    else logins++;
  }
  for (const [line, login] of byLine) {
    differences.push({ line, expected: 'no login', found: foundWords(login) });
  }
  return { logins, refusals, differences: differences.sort((a, b) => a.line - b.line) };
}

function isAsExpected({ login, user, address }: Expectation, found: Login | undefined): boolean {
  if (found === undefined) return login !== true;
  if (login === false) return false;
  return found.address === address && (user === undefined || found.user === user);
}

function wordsOf({ login, user = 'somebody', address = '' }: Expectation): string {
  return login === false
    ? 'no login'
    : `${user} from ${address}${login === 'optional' ? ', or no login' : ''}`;
}

function foundWords(login: Login | undefined): string {
  return login === undefined ? 'no login' : `${login.user} from ${login.address}`;
}
