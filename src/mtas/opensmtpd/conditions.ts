/** The conditions of `match` and `filter` lines, and whether a client meets them. */
import type { ClientName } from '../../host/client-name.ts';
import type { Statement } from './smtpd-conf.ts';
import { holds, listed, type Reading, tableHas, type tablesOf, type WordKind } from './tables.ts';

/** One condition: `!rdns`, `src <exact>`, `from src <exact>`, `for any`. */
export interface Condition {
  /** Without `from`, which only says that whoever has no such condition is local: `src`, `for domain`. */
  readonly what: string;
  readonly isNegated: boolean;
  readonly isRegex: boolean;
  /** What it is compared with: a table as `<name>`, or words; none where it asks whether there is anything at all. */
  readonly values: readonly string[];
}

/** Who is asked about. What is undefined is not known, and may be anything. */
export interface AskedClient {
  readonly address: string | undefined;
  readonly name: ClientName;
  readonly helo: string | undefined;
  readonly sender: string | undefined;
  readonly recipient: string;
  /** Whether the tables of Exact hold its address. */
  readonly mayRelay: boolean;
}

/** What a client's conditions are compared with. */
export interface Setting {
  readonly tables: ReturnType<typeof tablesOf>;
  /** The tables of Exact, by name. */
  readonly own: ReadonlySet<string>;
}

/** Conditions that may have no value. */
const bare = ['any', 'local', 'socket', 'tls', 'auth', 'rdns', 'fcrdns', 'all'];

const keywords = [
  '!',
  'for',
  'from',
  'action',
  'reject',
  'junk',
  'bypass',
  'disconnect',
  'rewrite',
  'report',
  'tag',
];

const names = ['auth', 'helo', 'mail-from', 'rcpt-to', 'rdns', 'fcrdns', 'src', 'tls', 'domain'];

/** Reads conditions from `words`, as far as they go; returns how many words that are, too. */
export function conditionsIn(words: readonly string[]): {
  readonly conditions: Condition[];
  readonly length: number;
} {
  const conditions: Condition[] = [];
  let at = 0;
  while (at < words.length) {
    let next = at;
    const isNegated = words[next] === '!';
    if (isNegated) next++;
    const side = words[next] === 'for' || words[next] === 'from' ? words[next++] : undefined;
    const word = words[next] ?? '';
    if (!bare.includes(word) && !names.includes(word) && word !== 'tag') break;
    next++;
    const isRegex = words[next] === 'regex';
    if (isRegex) next++;
    const end = valuesEnd(words, next, word);
    const what =
      side === 'for' ? `for ${word}` : ['any', 'local', 'socket'].includes(word) ? `from ${word}` : word;
    const isFrom = side === 'from' && !what.startsWith('from ');
    conditions.push({
      what: isFrom ? `from ${what}` : what,
      isNegated,
      isRegex,
      values: listed(words.slice(next, end)),
    });
    at = end;
  }
  return { conditions, length: at };
}

function valuesEnd(words: readonly string[], at: number, word: string): number {
  const first = words[at];
  if (first === undefined || ['any', 'local', 'socket', 'tls', 'fcrdns', 'all'].includes(word)) return at;
  if (first === '{') return words.indexOf('}', at) + 1 || words.length;
  // What may stand alone takes what follows for its value, unless that begins something else.
  if (bare.includes(word) && (keywords.includes(first) || names.includes(first))) return at;
  return at + 1;
}

/** Whether a client meets a condition. A mail of its own is not local, and it has not logged in here. */
function meets(condition: Condition, client: AskedClient, setting: Setting): Reading {
  const found = plainly(condition, client, setting);
  if (!condition.isNegated || found === 'maybe') return found;
  return found === 'yes' ? 'no' : 'yes';
}

function plainly({ what, isRegex, values }: Condition, client: AskedClient, setting: Setting): Reading {
  const { name, recipient } = client;
  const ask = (word: string | undefined, kind: WordKind): Reading =>
    word === undefined || isRegex ? 'maybe' : valuesHave(values, word, kind, { client, setting });
  switch (what.replace(/^from /, '')) {
    case 'any':
    case 'all':
    case 'for any':
      return 'yes';
    case 'local':
    case 'socket':
    case 'auth':
    case 'for local':
      return 'no';
    case 'tls':
      return 'maybe';
    case 'src':
      return isRegex ? 'maybe' : valuesHave(values, client.address, 'address', { client, setting });
    case 'fcrdns':
      return name.isTemporary ? 'maybe' : name.verified === undefined ? 'no' : 'yes';
    case 'rdns':
      if (name.isTemporary) return 'maybe';
      if (name.reverse === undefined) return 'no';
      return values.length === 0 ? 'yes' : ask(name.reverse, 'domain');
    case 'helo':
      return ask(client.helo, 'domain');
    case 'mail-from':
      return ask(client.sender, 'mail');
    case 'for domain':
      return ask(recipient.slice(recipient.lastIndexOf('@') + 1), 'domain');
    case 'rcpt-to':
    case 'for rcpt-to':
      return ask(recipient, 'mail');
    default:
      return 'maybe';
  }
}

/** Of an address that is not known, the tables of Exact alone are. */
function valuesHave(
  values: readonly string[],
  word: string | undefined,
  kind: WordKind,
  { client, setting }: { readonly client: AskedClient; readonly setting: Setting },
): Reading {
  const found = values.map((value): Reading => {
    const [, table] = /^<(.*)>$/.exec(value) ?? [];
    if (table !== undefined && setting.own.has(table)) return client.mayRelay ? 'yes' : 'no';
    if (word === undefined) return 'maybe';
    if (table !== undefined) return tableHas(setting.tables.get(table), word, kind);
    return holds([value], word, kind) ? 'yes' : 'no';
  });
  return found.find((each) => each === 'yes') ?? found.find((each) => each === 'maybe') ?? 'no';
}

/** Whether all conditions are met. */
export function meetsAll(conditions: readonly Condition[], client: AskedClient, setting: Setting): Reading {
  const found = conditions.map((each) => meets(each, client, setting));
  return found.find((each) => each === 'no') ?? found.find((each) => each === 'maybe') ?? 'yes';
}

/** Whether a statement has a condition by a table of Exact's, not negated. */
export function asksOwn(conditions: readonly Condition[], { own }: Setting): boolean {
  return conditions.some(
    ({ what, isNegated, values }) =>
      !isNegated &&
      /^(?:from )?src$/.test(what) &&
      values.some((value) => own.has(value.replace(/[<>]/g, ''))),
  );
}

/** Words of a statement, as they are told: one line of it. */
export function told({ text }: Statement): string {
  return text.replace(/\\\n/g, ' ').replace(/\s+/g, ' ').trim();
}
