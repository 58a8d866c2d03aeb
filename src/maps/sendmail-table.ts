/**
 * Tables that Sendmail's makemap(8) makes: hash and btree, of Berkeley DB. Sendmail looks at the file, opens it to lock
 * it, and opens it once more (db_map_open, of 8.17): it takes none if another file has got the name meanwhile, or the
 * first has lost its. No rename can avoid that moment, and no lock keeps Sendmail from looking. A table that makemap
 * rewrites in place, locked, has no such moment; but killed, it leaves a broken one.
 */
import { closeSync, openSync } from 'node:fs';
import { isProgram, listsWord, runHelper } from '../host/helper-program.ts';
import type { Output } from './output.ts';
import { keptInUse, notKnown } from './output-file.ts';

/** What makemap appends to the name of a table, for the kinds that are one file. */
export const makemapSuffixes: ReadonlyMap<string, string> = new Map([
  ['hash', '.db'],
  ['btree', '.db'],
]);

/** Has makemap make a table of a file of lines, which it reads from its standard input. */
export function makeSendmailTable(output: Output, kind: string, source: string): void {
  const lines = openSync(source, 'r');
  try {
    runHelper({
      program: 'makemap',
      comesWith: 'Sendmail',
      args: [kind, source],
      input: lines,
      where: `makemap ${kind}:${output.path}`,
      consequence: keptInUse,
    });
  } finally {
    closeSync(lines);
  }
}

/** Gives the keys and values of a published table, as makemap lists them; letters of keys are lower case. */
export function* readSendmailTable(output: Output, kind: string): Generator<[key: string, value: string]> {
  const listing = runHelper({
    program: 'makemap',
    comesWith: 'Sendmail',
    args: ['-u', kind, output.path],
    where: `makemap -u ${kind}:${output.path}`,
    consequence: notKnown,
  });
  for (const line of listing.split('\n')) {
    const tab = line.indexOf('\t');
    if (tab >= 0) yield [line.slice(0, tab), line.slice(tab + 1)];
  }
}

/** Returns why this host cannot make tables of a kind. OpenSMTPD has a makemap too, which knows no `-l`. */
export function makemapRefusal(kind: string): string | undefined {
  if (!isProgram('makemap')) return 'this host has no makemap; it comes with Sendmail';
  return listsWord('makemap', ['-l'], kind) ? undefined : `makemap of this host makes no ${kind} tables`;
}
