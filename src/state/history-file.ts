/**
 * What has left the table, or was kept from it, in the last day: for answering why an address may not relay. One
 * line each, separated by tabs; times are Unix seconds:
 *
 *     TIME KIND ADDRESS USER SERVER LOGIN REASON
 *
 * It is a help for people. Nothing is decided by it, and a line that cannot be read is left out.
 */

import { replaceFile } from '../maps/replace-file.ts';
import { escapeField, unescapeField } from '../terminal/escape.ts';
import { isTime } from './common-values.ts';
import { type Damage, readStateText } from './damage.ts';
import { stateMode } from './state-paths.ts';

/** One end, or one refusal. */
export interface PastEntry {
  /** When it ended or was refused: Unix seconds. */
  readonly time: number;
  readonly kind: 'expired' | 'revoked' | 'refused';
  readonly address: string;
  readonly user: string;
  readonly server: string;
  /** The newest login: Unix seconds. */
  readonly login: number;
  /** Why it is refused; '' for what has expired. */
  readonly reason: string;
}

const header = 'exact-history 1\n# time kind address user server login reason\n';

/** How long it is remembered. Seconds. */
const memory = 86_400;

/** How many are remembered at most, the newest. */
const mostRemembered = 10_000;

/**
 * Reads what is remembered of the day before `now` (Unix seconds), oldest first; nothing if there is no such file.
 * System errors are thrown.
 */
export function readHistory(path: string, now: number): readonly PastEntry[] | Damage {
  const text = readStateText(path) ?? '';
  if (typeof text !== 'string') return text;
  return text
    .split('\n')
    .flatMap(parseLine)
    .filter(({ time }) => time > now - memory);
}

function parseLine(line: string): PastEntry[] {
  const [time = '', kind, address, user, server, login = '', reason] = line.split('\t');
  if (kind !== 'expired' && kind !== 'revoked' && kind !== 'refused') return [];
  if (address === undefined || user === undefined || server === undefined || reason === undefined) return [];
  if (!isSeconds(time) || !isSeconds(login)) return [];
  const texts = { user: unescapeField(user), server: unescapeField(server), reason: unescapeField(reason) };
  return [{ time: Number(time), kind, address, login: Number(login), ...texts }];
}

function isSeconds(text: string): boolean {
  return /^\d+$/.test(text) && isTime(Number(text));
}

/** Writes what is to be remembered, oldest first; the newest of it, where it is too much. */
export function writeHistory(path: string, past: readonly PastEntry[]): void {
  const kept = past.slice(-mostRemembered);
  const lines = kept.map(({ time, kind, address, user, server, login, reason }) =>
    [time, kind, address, escapeField(user), escapeField(server), login, escapeField(reason)].join('\t'),
  );
  replaceFile(path, Buffer.from(`${header}${lines.map((line) => `${line}\n`).join('')}`), {
    mode: stateMode,
    consequence: 'dump cannot tell what ended in this run',
  });
}
