/**
 * Whether what the journal has got since a run can be told to be of no use to any rule, as search.ts does for files.
 * journalctl takes half as long as Node does to start, and the run that need not be made twice as long.
 */
import { spawnSync } from 'node:child_process';
import { journalctlEnvironment, journalMatches } from '../journal-name.ts';

/** A run is made, and goes on from there, once there is more than that to search. Bytes of JSON. */
const mostUnread = 512 * 1024;

const fields = 'MESSAGE,SYSLOG_IDENTIFIER,_COMM';

/** What a line that is worth reading has, as `LogSearch` says. */
export interface Sought {
  readonly needles: readonly Buffer[];
  readonly programs: readonly string[];
}

/**
 * Reports whether a journal has nothing behind a cursor that is worth reading.
 * The entry of the cursor itself comes first, so that it is proven to be there; where it is not, or journalctl says
 * anything else, the run is for finding out why. `command` as readJournal() has it.
 */
export function hasNothingNew(
  maillog: string,
  cursor: string,
  sought: Sought,
  command: readonly string[] = ['journalctl'],
): boolean {
  const options = ['--output=json', '--no-pager', `--output-fields=${fields}`, `--cursor=${cursor}`];
  const [journalctl = '', ...before] = command;
  const { status, stdout, stderr } = spawnSync(
    journalctl,
    [...before, ...options, '--', ...journalMatches(maillog)],
    {
      env: journalctlEnvironment,
      maxBuffer: mostUnread,
      encoding: 'utf8',
    },
  );
  if (status !== 0 || stderr !== '') return false;
  const [first, ...others] = stdout.trimEnd().split('\n').map(entryOf);
  return first?.__CURSOR === cursor && others.every((entry) => isNothing(entry, sought));
}

type Entry = Readonly<Record<string, unknown>> | undefined;

function entryOf(json: string): Entry {
  // What is no JSON throws, and the run is made.
  return json === '' ? undefined : JSON.parse(json);
}

function isNothing(entry: Entry, { needles, programs }: Sought): boolean {
  const program = entry?.SYSLOG_IDENTIFIER ?? entry?._COMM;
  // What has neither is no line to a run either; bytes beyond ASCII may be a list of numbers.
  if (program === undefined) return true;
  if (typeof program !== 'string') return false;
  if (!programs.some((part) => program.includes(part))) return true;
  // So may those of a message, and one that is too long is null.
  if (typeof entry?.MESSAGE !== 'string') return false;
  const text = Buffer.from(`${program}: ${entry.MESSAGE}`);
  return !needles.some((needle) => text.includes(needle));
}
