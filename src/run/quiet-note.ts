/**
 * The note of a run after which there is nothing to do, once more, for the shell: `bin/exact` reads it before Node.js is
 * started, which takes many times as long as all that it asks. It says the same as the note for the gate (idle-note.ts), in
 * words that stat(1), journalctl(1) and awk(1) answer with, and there is one only where they can: on Linux, for plain
 * names. Each of its lines is a word, a blank, and what the word is about.
 */
import { readFileSync, statSync } from 'node:fs';
import { ownAddresses } from '../host/own-addresses.ts';
import { journalMatches } from '../maillog/journal-name.ts';
import { addressesWords, type IdleNote, type LogSearch, lookAt } from '../state/idle-note.ts';

/** Where Linux has which addresses are this host's own, among more: that both say the same is enough. */
const addressFiles = ['/proc/net/fib_trie', '/proc/net/if_inet6'];

/** A host with so many routes asks the gate. Bytes. */
const mostRoutes = 32 * 1024;

/**
 * In these forms the text of a message may be escaped or cut, so that no search finds it. A line of JSON begins with the
 * brace, which is looked for anywhere.
 */
const doubtful = ['{', '\x1e', 'stdout P ', 'stderr P '];

const digit = '[0-9]';
const stamp = `[A-Z][a-z][a-z] [ 0-9]${digit} [0-9:]+|${digit.repeat(4)}-${digit.repeat(2)}-${digit.repeat(2)}T[^[:space:]]+`;

/** The head of a line in the usual forms of syslog daemons up to the program, as awk has it: mawk knows no braces. */
const usualHead = `^(${stamp}) [^][[:space:]:]+ `;

/** Returns the note for the shell of a note for the gate that is written at `now`, Unix seconds; undefined where there is none. */
export function quietNote(note: IdleNote, now: number): string | undefined {
  const { config, until, looks, search } = note;
  if (process.platform !== 'linux' || config === null) return undefined;
  const logs = search?.logs ?? {};
  const others = Object.entries(looks).filter(([path]) => logs[path] === undefined);
  const lines = [
    'exact 1',
    `from ${now}`,
    `until ${until}`,
    `config ${config}`,
    ...others.flatMap(([path, look]) => lookLines(path, look)),
    ...(search === undefined ? [] : searchLines(search)),
    ...Object.entries(logs).flatMap(([path, log]) => logLines(path, looks[path], log)),
    ...Object.entries(search?.journals ?? {}).flatMap(([maillog, cursor]) => [
      ...journalMatches(maillog).map((match) => `match ${match}`),
      `journal ${cursor}`,
    ]),
    'addresses',
    addressText(note),
  ];
  const isPlain = [config, ...Object.keys(looks), ...Object.keys(search?.journals ?? {})].every((path) =>
    /^[\x20-\x7e]+$/.test(path),
  );
  const canBeSought = search === undefined || search.programs.every((part) => /^[\w./-]+$/.test(part));
  return isPlain && canBeSought && !lines.includes(undefined) ? lines.join('\n') : undefined;
}

/** Read before the addresses are asked for: what changes between makes the two differ, now or for the shell. */
function addressText({ addresses }: IdleNote): string | undefined {
  const text = addressFiles
    .filter((path) => lookAt(path) !== 'absent')
    .map((path) => readFileSync(path, 'latin1'))
    .join('');
  const isKnown = text.length > 0 && text.length < mostRoutes;
  return isKnown && addressesWords(ownAddresses()) === addresses ? text : undefined;
}

/** What is said of a path that is no log; undefined where it is no more as it was. */
function lookLines(path: string, look: string): (string | undefined)[] {
  const stat = statWords(path, look);
  if (look === 'absent') return [stat === undefined ? undefined : `absent ${path}`];
  const isFolder = look.split(' ').length === 5;
  return [
    `path ${path}`,
    stat && (isFolder ? `folder ${stat.slice(0, -3).join(' ')}` : `file ${stat.join(' ')}`),
  ];
}

/** What stat(1) is to say of a path: what {@link lookAt} has and the name; undefined where it is no more as it was. */
function statWords(path: string, look: string | undefined): string[] | undefined {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  if (lookAt(path) !== look) return undefined;
  if (stat === undefined) return [];
  const { dev, ino, mode, uid, gid, size, ctimeNs, mtimeNs } = stat;
  const nanoseconds = String(ctimeNs % 1_000_000_000n).padStart(9, '0');
  const changed = `${ctimeNs / 1_000_000_000n}.${nanoseconds}`;
  const modified = `${mtimeNs / 1_000_000_000n}`;
  return [`${dev}`, `${ino}`, mode.toString(16), `${uid}`, `${gid}`, path, `${size}`, changed, modified];
}

/** By what lines are found that a rule may have a use for: neither of another program, nor without a text of these. */
function searchLines({ needles, programs }: LogSearch): string[] {
  const texts = needles.map((needle) => Buffer.from(needle, 'base64').toString('latin1'));
  // As journalctl's JSON has them too.
  const escaped = texts.map((text) => JSON.stringify(text).slice(1, -1));
  return [
    ...programs.map((part) => `program ${part}`),
    `usual ${usualHead}[A-Za-z0-9_./-]+([[][0-9]+[]])?: `,
    ...doubtful.map((mark) => `needle ${mark}`),
    ...[...new Set([...texts, ...escaped])].map((text) => `needle ${text}`),
  ];
}

/**
 * Where reading a log goes on, and the lines before; undefined where they are not plain. One that grows all the time is not
 * as it was looked at when this is written: its new lines are looked through, as those that come later.
 */
function logLines(
  path: string,
  look: string | undefined,
  { offset, tail }: LogSearch['logs'][string],
): (string | undefined)[] {
  const before = Buffer.from(tail, 'base64').toString('latin1');
  if (look === undefined || !/^(?:[\t\x20-\x7e]*\n)*$/.test(before)) return [undefined];
  const [dev = '', ino = '', mode, uid = '', gid = '', size = ''] = look.split(' ');
  const grown = [dev, ino, Number(mode).toString(16), uid, gid, path, size, '-', '-'];
  const lines = before.split('\n').slice(0, -1);
  const stat = statWords(path, look) ?? grown;
  return [`path ${path}`, ...lines.map((line) => `before ${line}`), `log ${offset} ${stat.join(' ')}`];
}
