/**
 * Map type `postmap KIND:PATH`: a table made by this host's postmap(1), for Postfix lookups `hash:`, `btree:`,
 * `lmdb:` and the like:
 *
 *     check_client_access hash:/var/lib/exact/relay-hash, mynetworks = … hash:/var/lib/exact/relay-hash
 *
 * Keys are IPv4 and compressed lower-case IPv6, and of networks what postfix-keys.ts has; values `OK`. Postfix 3.7
 * notices the new file at the next connection, not within an open SMTP session.
 */

import { isProgram, listsWord, runHelper } from '../host/helper-program.ts';
import { writeBuiltTable } from './built-table.ts';
import { cdbMap } from './cdb.ts';
import { groupsRefusal } from './ipv6-groups.ts';
import type { MapType, MapWriter } from './map-type.ts';
import { holdsFamily, type Output } from './output.ts';
import { keptInUse, notKnown } from './output-file.ts';
import { formOfPostfixKey, postfixKeys } from './postfix-keys.ts';
import { isUserValue, namesUsers, usersOption, userValue } from './user-values.ts';

/** What postmap appends to the name of each kind that is one file (DATABASE_README). */
const suffixes: ReadonlyMap<string, string> = new Map([
  ['hash', '.db'],
  ['btree', '.db'],
  ['lmdb', '.lmdb'],
  ['cdb', '.cdb'],
]);

function publishedPath(output: Output): string {
  return output.path + (suffixes.get(output.kind) ?? '');
}

/**
 * Returns the further names that the table is published under. `authtype db` of EXACT 1.41 wrote its table
 * under the very name of `authfile`; Postfix and Exim look for that name with `.db` or without.
 */
function furtherPaths(output: Output): string[] {
  return output.options.flatMap((word) => (word.startsWith('also=') ? [word.slice('also='.length)] : []));
}

function tableName({ kind, path }: Output): string {
  return `${kind}:${path}`;
}

function writePostmap(output: Output): MapWriter {
  return writeBuiltTable(output, {
    path: publishedPath(output),
    suffix: suffixes.get(output.kind) ?? '',
    line(form, users) {
      const value = users === undefined ? 'OK' : userValue(users);
      return postfixKeys(form)
        .map((key) => `${key} ${value}`)
        .join('\n');
    },
    make(source) {
      runHelper({
        program: 'postmap',
        args: [`${output.kind}:${source}`],
        where: `postmap ${tableName(output)}`,
        consequence: keptInUse,
        fix: 'use output cdb',
      });
    },
    furtherPaths: furtherPaths(output),
  });
}

function readPostmap(output: Output): Iterable<string> {
  // postmap does not list a cdb.
  if (output.kind === 'cdb') return cdbMap.read({ ...output, path: publishedPath(output) });
  const listing = runHelper({
    program: 'postmap',
    args: ['-s', tableName(output)],
    where: `postmap -s ${tableName(output)}`,
    consequence: notKnown,
  });
  return listing
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => formOfPostfixKey(line.split(/[\t ]/, 1)[0] ?? '') ?? []);
}

/**
 * Looks keys up in a table of Postfix, `KIND:PATH`, with `postmap -q`; returns those that may relay by it. Throws a
 * Failure where postmap fails.
 */
export function lookUpWithPostmap(
  table: string,
  keys: readonly string[],
  lets = (value: string): boolean => value === 'OK',
): string[] {
  const answers = runHelper({
    program: 'postmap',
    args: ['-q', '-', table],
    input: keys.map((key) => `${key}\n`).join(''),
    foundNothing: 1,
    where: `postmap -q ${table}`,
    consequence: notKnown,
  });
  return answers.split('\n').flatMap((line) => {
    const [key = '', value = ''] = line.split('\t');
    return lets(value) ? [key] : [];
  });
}

/** A listing of a large table takes seconds, a question none. */
function hasKey(output: Output, form: string): boolean {
  if (output.kind === 'cdb') return cdbMap.has?.({ ...output, path: publishedPath(output) }, form) === true;
  const lets = namesUsers(output) ? isUserValue : undefined;
  return lookUpWithPostmap(tableName(output), [postfixKeys(form)[0]], lets).length > 0;
}

/** Returns why the Postfix of this host makes and reads no such table. */
function hostRefusal({ kind }: Output): string | undefined {
  if (!isProgram('postmap')) return 'this host has no postmap; it comes with Postfix';
  return listsWord('postconf', ['-m'], kind)
    ? undefined
    : `Postfix of this host has no ${kind}: tables; use output cdb, or install the package that has them`;
}

/** The map type `postmap`. */
export const postmapMap: MapType = {
  name: 'postmap',
  summary: "Postfix hash:, btree:, lmdb:, made by this host's postmap",
  hasKinds: true,
  usualKind: 'hash',
  holdsNetworks: true,
  options: ['also=PATH', usersOption],
  publishedPath,
  refusal: (output, ipv6Prefix) => {
    if (suffixes.has(output.kind)) return holdsFamily(output, 'ipv6') ? groupsRefusal(ipv6Prefix) : undefined;
    return `postmap kind '${output.kind}' is not one that is a single file: ${[...suffixes.keys()].join(', ')}`;
  },
  hostRefusal,
  write: writePostmap,
  read: readPostmap,
  has: hasKey,
  insteadOf: ({ path }) => `cdb ${path}.cdb`,
};
