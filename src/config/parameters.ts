/**
 * Every name that exact.conf may hold, once: how its value is read and written, its default, and what pages
 * say of it. exact.conf(5) is tested against this table, both ways.
 */
import { isJournal, journalPrefix } from '../maillog/journal-name.ts';
import { namedZone } from '../syslog/zone.ts';
import { nearestName } from '../terminal/nearest.ts';
import { formerParameters } from './former-parameters.ts';
import { readOutput, writeOutput } from './output-line.ts';
import type { Draft, Given, Parameter } from './parameter.ts';
import { systemFolder } from './usual-paths.ts';
import {
  choice,
  count,
  duration,
  networks,
  onOrOff,
  orOff,
  path,
  pathFrom,
  patterns,
  word,
} from './values.ts';

const currentParameters: readonly Parameter[] = [
  {
    name: 'user',
    summary: 'The account that Exact becomes when root starts it.',
    defaults: [],
    ...word('user', 'account'),
  },
  {
    name: 'group',
    summary: 'The group that Exact takes when root starts it.',
    defaults: [],
    ...word('group', 'group'),
  },
  {
    name: 'maillog',
    summary: 'A mail log to read.',
    argument: 'path|journal:',
    repeats: true,
    defaults: [],
    read: readMaillog,
    write: (settings) => [...settings.maillogs],
  },
  {
    name: 'timezone',
    summary: 'The time zone of stamps that carry none.',
    defaults: [],
    ...word('timezone', 'zone'),
    read: readTimezone,
  },
  {
    name: 'server',
    summary: 'The servers whose logins count, by the names of their rules.',
    argument: 'name ...',
    repeats: true,
    defaults: ['auto'],
    read: readServers,
    write: (settings) => [...settings.servers],
  },
  {
    name: 'serverdefs',
    summary: 'A file of rules that adds to the built-in catalog.',
    argument: 'path',
    repeats: true,
    defaults: [],
    read(given, draft) {
      const file = pathFrom(given, given.value);
      if (file !== undefined) addOnce({ name: 'serverdefs', value: file }, draft.serverdefs, given, draft);
    },
    write: (settings) => [...settings.serverdefs],
  },
  {
    name: 'timeout',
    summary: 'How long an address may relay after its last login.',
    defaults: ['30m'],
    ...duration('timeout', '10s', '7d'),
  },
  {
    name: 'state',
    summary: 'The file that keeps the relay table between runs.',
    defaults: [`${systemFolder}/state`],
    ...path('state'),
  },
  {
    name: 'output',
    summary: 'A file or table in which an MTA looks addresses up.',
    argument: 'type path [option ...]',
    repeats: true,
    defaults: [`text ${systemFolder}/relay.txt`, `cdb ${systemFolder}/relay.cdb`],
    read(given, draft) {
      const output = readOutput(given);
      if (output !== undefined) draft.outputs.push(output);
    },
    write: (settings) => settings.outputs.map(writeOutput),
  },
  {
    name: 'ignore',
    summary: 'Addresses and networks that never relay, whoever logs in from them.',
    repeats: true,
    defaults: [],
    ...networks('ignore'),
  },
  {
    name: 'only',
    summary: 'The only addresses and networks whose logins count.',
    repeats: true,
    defaults: [],
    ...networks('only'),
  },
  {
    name: 'users',
    summary: 'The only users whose logins count.',
    repeats: true,
    defaults: [],
    ...patterns('users', 'users'),
  },
  {
    name: 'not-users',
    summary: 'Users whose logins never count.',
    repeats: true,
    defaults: [],
    ...patterns('not-users', 'notUsers'),
  },
  {
    name: 'max-addresses-per-user',
    summary: 'How many addresses one user may open for relay at a time.',
    defaults: ['off'],
    ...orOff('maxAddressesPerUser', count('maxAddressesPerUser', 1, 1_000_000)),
  },
  {
    name: 'max-users-per-address',
    summary: 'How many users may share an address that relays.',
    defaults: ['off'],
    ...orOff('maxUsersPerAddress', count('maxUsersPerAddress', 1, 100_000)),
  },
  {
    name: 'max-entries',
    summary: 'How many entries the relay table may hold.',
    defaults: ['1000000'],
    ...count('maxEntries', 1, 100_000_000),
  },
  {
    name: 'ipv6-prefix',
    summary: 'The bits of an IPv6 address that are published.',
    defaults: ['128'],
    ...count('ipv6Prefix', 48, 128),
  },
  {
    name: 'sessions',
    summary: 'Whether an address also relays while its IMAP or POP session is open.',
    defaults: ['off'],
    ...onOrOff('sessions'),
  },
  {
    name: 'session-limit',
    summary: 'How long a session without an end in the log counts as open.',
    defaults: ['12h'],
    ...duration('sessionLimit', '1m', '7d'),
  },
  {
    name: 'connect-window',
    summary: 'How long a line that names the client waits for the line that names the user.',
    defaults: ['2m'],
    ...duration('connectWindow', '1s', '1h'),
  },
  {
    name: 'warn-repeat',
    summary: 'How often a lasting problem is reported again.',
    defaults: ['1h'],
    ...duration('warnRepeat', '1m', '30d'),
  },
  {
    name: 'warn-silent',
    summary: 'How long lines of a server may arrive without a login before that is reported.',
    defaults: ['1d'],
    ...orOff('warnSilent', duration('warnSilent', '10m', '30d')),
  },
  {
    name: 'logging',
    summary: 'Where to log who was authorised, refused or revoked.',
    defaults: ['none'],
    ...choice('logging', ['none', 'syslog', 'internal']),
  },
  {
    name: 'logfile',
    summary: 'The file that internal logging appends to.',
    defaults: [],
    ...path('logfile'),
  },
  {
    name: 'metrics',
    summary: 'A file for metrics in the text format of Prometheus.',
    defaults: [],
    ...path('metrics'),
  },
  {
    name: 'on-change',
    summary: 'A command to run after the maps have changed.',
    argument: 'program [argument ...]',
    repeats: true,
    defaults: [],
    read(given, draft) {
      const command = given.value.split(/[ \t]+/);
      if (!given.value.startsWith('/')) given.refuse(command[0] ?? '', 'not an absolute path');
      else addCommand(command, given, draft);
    },
    write: (settings) => settings.onChange.map((command) => command.join(' ')),
  },
];

/** All of them: today's, then those that only files for EXACT 1.41 hold. */
export const parameters: readonly Parameter[] = [...currentParameters, ...formerParameters];

/** Adds a value and its origin to a list. Given twice, it counts once. */
function addOnce(
  { name, value }: { readonly name: string; readonly value: string },
  list: string[],
  given: Given,
  draft: Draft,
): void {
  if (list.includes(value)) return;
  list.push(value);
  draft.origins.set(`${name} ${value}`, given.origin);
}

function addCommand(command: string[], given: Given, draft: Draft): void {
  draft.onChange.push(command);
  draft.origins.set(`on-change ${command.join(' ')}`, given.origin);
}

function readMaillog(given: Given, draft: Draft): void {
  if (!isJournal(given.value)) {
    const file = pathFrom(given, given.value);
    if (file !== undefined) addOnce({ name: 'maillog', value: file }, draft.maillogs, given, draft);
    return;
  }
  // What is not FIELD=VALUE would reach journalctl(1) as another kind of argument, even as an option.
  const matches = given.value
    .slice(journalPrefix.length)
    .split(/[ \t]+/)
    .filter(Boolean);
  const foreign = matches.find((match) => !/^(?:[A-Z_][A-Z0-9_]*=|\+$)/.test(match));
  if (foreign !== undefined) given.refuse(foreign, 'not a match of the journal, FIELD=VALUE');
  else addOnce({ name: 'maillog', value: given.value }, draft.maillogs, given, draft);
}

function readTimezone(given: Given, draft: Draft): void {
  // Newer versions of Node also take `+01:00`; what works must not depend on the version.
  if (/^[A-Za-z]/.test(given.value) && namedZone(given.value) !== undefined) {
    draft.timezone = given.value;
    return;
  }
  const near = nearestName(given.value, Intl.supportedValuesOf('timeZone'));
  given.refuse(given.value, `unknown time zone${near === undefined ? '' : `, nearest: ${near}`}`);
}

function readServers(given: Given, draft: Draft): void {
  for (const name of given.value.split(/[ \t]+/))
    addOnce({ name: 'server', value: name }, draft.servers, given, draft);
}
