/** The tables of smtpd.conf: which are Exact's, and whether another one has a word in it, as far as it can be read. */
import { readText } from '../../host/read-text.ts';
import type { Output } from '../../maps/output.ts';
import { isAddress, parseAddress } from '../../relay/address.ts';
import { contains, isNetwork, parseNetwork } from '../../relay/network.ts';
import type { Statement } from './smtpd-conf.ts';

/** What a question comes to; what cannot be read may be either. */
export type Reading = 'yes' | 'no' | 'maybe';

/** A table of the configuration. */
interface SmtpdTable {
  readonly name: string;
  /** `db:/var/lib/exact/relay.db`; undefined for one that is written out. */
  readonly source: string | undefined;
  /** What is written out. */
  readonly entries: readonly string[];
  readonly statement: Statement;
}

/** What kind of word is looked up. */
export type WordKind = 'address' | 'domain' | 'mail';

/** The output to add where there is none for OpenSMTPD. */
export const usualOutput = 'opensmtpd db:/var/lib/exact/relay.db';

/** Whether an output is of a type that OpenSMTPD looks up. */
export function isLookedUp({ type }: Output): boolean {
  return type === 'opensmtpd';
}

/** Returns how smtpd.conf names the table of an output. */
export function sourceOf({ kind, path }: Pick<Output, 'kind' | 'path'>): string {
  return `${kind}:${path}`;
}

/** Returns the tables, by their names. */
export function tablesOf(statements: readonly Statement[]): Map<string, SmtpdTable> {
  const tables = new Map<string, SmtpdTable>();
  for (const statement of statements) {
    const [word, name = '', ...rest] = statement.words;
    if (word !== 'table') continue;
    const isWritten = rest[0] === '{';
    const entries = isWritten ? listed(rest) : [];
    const source = isWritten ? undefined : (rest[0] ?? '').replace(/^(?=\/)/, 'file:');
    tables.set(name, { name, source, entries, statement });
  }
  return tables;
}

/** Returns the members of `{ a, b }`; of `key = value` the keys. */
export function listed(words: readonly string[]): string[] {
  return words.filter((word, index) => !['{', '}', ',', '='].includes(word) && words[index - 1] !== '=');
}

/** Whether a word is among some: addresses by networks, names with `*`, mail addresses by `@domain` too. */
export function holds(entries: readonly string[], word: string, kind: WordKind): boolean {
  return entries.some((entry) => {
    if (kind === 'address') return isIn(entry, word);
    const [low, other] = [entry.toLowerCase(), word.toLowerCase()];
    if (kind === 'domain') return isLike(low, other);
    const domain = other.slice(other.lastIndexOf('@') + 1);
    return low === other || isLike(low.replace(/^@/, ''), low.includes('@', 1) ? other : domain);
  });
}

function isLike(pattern: string, word: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const literal = (text: string) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${[literal(first), ...rest.map(literal)].join('.*')}$`).test(word);
}

function isIn(entry: string, word: string): boolean {
  const [bare, address] = [entry.replace(/[[\]]/g, ''), parseAddress(word)];
  const network = parseNetwork(bare);
  return isAddress(address) && isNetwork(network) && contains(network, address);
}

/** Whether a table has a word: a `db`, or a file that this account cannot read, may have it. */
export function tableHas(table: SmtpdTable | undefined, word: string, kind: WordKind): Reading {
  if (table === undefined) return 'maybe';
  if (table.source === undefined) return holds(table.entries, word, kind) ? 'yes' : 'no';
  if (!table.source.startsWith('file:')) return 'maybe';
  try {
    const lines = readText(table.source.slice('file:'.length)).split('\n');
    const entries = lines.flatMap((line) => line.replace(/#.*/, '').trim().split(/\s+/)[0] || []);
    return holds(entries, word, kind) ? 'yes' : 'no';
  } catch {
    return 'maybe';
  }
}
