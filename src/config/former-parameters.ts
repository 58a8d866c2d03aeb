/**
 * Names that files for EXACT 1.41 hold and today's need not: two that say in other words where to publish, and
 * those that only a daemon needed. All are still read.
 */

import type { Output } from '../maps/output.ts';
import { usualMode } from './output-line.ts';
import type { Draft, Parameter } from './parameter.ts';
import { pathFrom } from './values.ts';

const unwritten = () => [];

function unusedParameter(name: string, argument: string, summary: string, unused: string): Parameter {
  return { name, summary, argument, unused, defaults: [], read: () => {}, write: unwritten };
}

/** The names, in the order of the original's documentation. */
export const formerParameters: readonly Parameter[] = [
  {
    name: 'authtype',
    summary: 'The form of the table that authfile names.',
    argument: 'text|db',
    defaults: ['text'],
    read(given, draft) {
      if (given.value === 'text' || given.value === 'db') draft.authtype = given.value;
      else given.refuse(given.value, 'neither text nor db', 'write an output line instead');
    },
    write: unwritten,
  },
  {
    name: 'authfile',
    summary: 'The file in which the MTA looks addresses up, where no output line names one.',
    argument: 'path',
    defaults: [],
    read(given, draft) {
      const file = pathFrom(given, given.value);
      if (file !== undefined) draft.authfile = file;
    },
    write: unwritten,
  },
  unusedParameter(
    'authtemp',
    'path',
    'The temporary file of the daemon.',
    'a new table is written beside the old one under a name of its own',
  ),
  unusedParameter('dumpfile', 'path', 'The file for a listing of the daemon.', 'exact dump prints the table'),
  unusedParameter('pidfile', 'path', 'The file for the process id of the daemon.', 'nothing stays resident'),
  unusedParameter('flush', 'number', 'A period of the daemon.', 'each run takes out what has expired'),
  unusedParameter(
    'suspicious',
    'number',
    'A threshold of the daemon.',
    'max-addresses-per-user bounds what one user may open',
  ),
];

/**
 * Returns the output that `authtype` and `authfile` describe. The table of `db` was written under the very name
 * of `authfile`, while Postfix and Exim append `.db` to the name that they are told: it is published as both.
 */
export function outputOfAuthfile(draft: Draft, authfile: string): Output {
  const origin = draft.origins.get('authfile') ?? 'default';
  const common = { families: 'both', mode: usualMode, origin } as const;
  if (draft.authtype === 'text') return { ...common, type: 'text', kind: '', path: authfile, options: [] };
  const postmap = { ...common, type: 'postmap', kind: 'hash' };
  return authfile.endsWith('.db')
    ? { ...postmap, path: authfile.slice(0, -'.db'.length), options: [] }
    : { ...postmap, path: authfile, options: [`also=${authfile}`] };
}
