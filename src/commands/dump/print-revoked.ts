/** `exact dump --revoked`: what is revoked or refused, until when, and by whom. */

import type { Table } from '../../diagnose/open-table.ts';
import { ExitStatus } from '../../exit-status.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { formatTable } from '../../terminal/table.ts';
import { clockWords, numberWords, utcText } from '../../terminal/words.ts';
import type { DumpInvocation } from './options.ts';
import { sayNone } from './say-none.ts';

/** Writes the revocations; exit status 1 if there is none. */
export function dumpRevoked(invocation: DumpInvocation, { revocations, settings, saved }: Table): ExitStatus {
  const { stdout } = invocation.world;
  const { counters } = saved();
  const told = revocations.map((revocation) => {
    return { ...revocation, refused: counters[`revoked ${revocation.kind} ${revocation.what}`] ?? 0 };
  });
  if (invocation.has('json')) {
    for (const { kind, what, at, until, by, refused } of told) {
      const times = { at: utcText(at), until: utcText(until) };
      stdout.write(`${JSON.stringify({ kind, what, ...times, refused, by })}\n`);
    }
  } else if (told.length > 0) {
    const rows = told.map(({ what, at, until, by, refused }) => [
      { text: escapeControls(what) },
      { text: until > invocation.now ? clockWords(until, invocation.now, settings.timezone) : 'next login' },
      { text: clockWords(at, invocation.now, settings.timezone) },
      { text: numberWords(refused) },
      { text: escapeControls(by) },
    ]);
    const columns = [
      { title: 'WHAT' },
      { title: 'UNTIL' },
      { title: 'SINCE' },
      { title: 'REFUSED', alignsRight: true },
      { title: 'BY' },
    ];
    for (const line of formatTable(columns, rows, undefined)) stdout.write(`${line}\n`);
  }
  if (told.length > 0) return ExitStatus.ok;
  sayNone(invocation, 'nothing is revoked or refused');
  return ExitStatus.no;
}
