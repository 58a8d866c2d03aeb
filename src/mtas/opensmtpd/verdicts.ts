/** What each listener of smtpd.conf does with a client: its filters, phase by phase, and then the first match. */
import {
  type AskedClient,
  asksOwn,
  type Condition,
  conditionsIn,
  meetsAll,
  type Setting,
  told,
} from './conditions.ts';
import type { Statement } from './smtpd-conf.ts';
import { listed, type Reading, tablesOf } from './tables.ts';

/** The phases in which a client can be refused, in their order: the last two come behind its recipients. */
const phases = ['connect', 'helo', 'ehlo', 'mail-from', 'rcpt-to', 'data', 'commit'] as const;

/** When a filter is asked. */
type Phase = (typeof phases)[number];

/** A filter of smtpd's own: `filter names phase connect match !rdns reject "550 no name"`. */
interface Filter {
  readonly name: string;
  readonly phase: string;
  readonly conditions: readonly Condition[];
  /** `reject`, `bypass`, `junk`; of one that is a program, `proc`. */
  readonly decision: string;
  /** What it says. */
  readonly reply: string | undefined;
  readonly statement: Statement;
}

/** A filter, or several of them. */
export interface NamedFilter {
  readonly name: string;
  /** Those of a chain. */
  readonly members: readonly string[] | undefined;
  readonly statement: Statement;
}

/** Where clients connect. */
export interface Listener {
  /** `listen on all port 25`. */
  readonly words: string;
  readonly tag: string | undefined;
  /** Names of its filters, one after the other. */
  readonly filters: readonly string[];
  readonly statement: Statement;
}

/** A `match` line. */
export interface Match {
  readonly conditions: readonly Condition[];
  /** The name of its action; undefined for one that rejects. */
  readonly action: string | undefined;
  readonly statement: Statement;
}

/** A configuration, taken apart. */
export interface SmtpdConf extends Setting {
  readonly filters: ReadonlyMap<string, Filter>;
  readonly named: ReadonlyMap<string, NamedFilter>;
  /** Those that anybody may connect to who has no password. */
  readonly listeners: readonly Listener[];
  readonly matches: readonly Match[];
  /** Names of the actions that relay. */
  readonly relaying: readonly string[];
}

/** What refuses a client, and when. */
export interface Refusing {
  readonly phase: Phase | 'match';
  readonly severity: Exclude<Reading, 'no'>;
  readonly words: string;
  readonly reply: string | undefined;
  readonly statement: Statement;
}

/** Takes a configuration apart; `sources` are those of Exact's tables. */
export function takeApart(statements: readonly Statement[], sources: readonly string[]): SmtpdConf {
  const tables = tablesOf(statements);
  const own = new Set(
    [...tables.values()].flatMap(({ name, source = '' }) => (sources.includes(source) ? [name] : [])),
  );
  const of = (word: string) => statements.filter(({ words }) => words[0] === word);
  const filters = of('filter').flatMap(filterOf);
  return {
    tables,
    own,
    filters: new Map(filters.map((each) => [each.name, each])),
    named: new Map(of('filter').map((each) => [each.words[1] ?? '', namedFilter(each)])),
    listeners: of('listen').flatMap(listenerOf),
    matches: of('match').map(matchOf),
    relaying: of('action').flatMap(({ words }) => (words[2] === 'relay' ? [words[1] ?? ''] : [])),
  };
}

function filterOf(statement: Statement): Filter[] {
  const [, name = '', kind = '', phase = '', ...rest] = statement.words;
  if (kind !== 'phase')
    return kind.startsWith('proc')
      ? [{ name, phase: '', conditions: [], decision: 'proc', reply: undefined, statement }]
      : [];
  const { conditions, length } = conditionsIn(rest.slice(1));
  const [decision = '', reply] = rest.slice(1 + length);
  return [{ name, phase, conditions, decision, reply, statement }];
}

function namedFilter(statement: Statement): NamedFilter {
  const [, name = '', kind, ...rest] = statement.words;
  return { name, members: kind === 'chain' ? listed(rest) : undefined, statement };
}

/** A port for passwords is for those who have one, and who is on the host itself is no client of a table. */
function listenerOf(statement: Statement): Listener[] {
  const { words } = statement;
  const [, , where = ''] = words;
  if (words.includes('auth') || /^(?:socket|localhost|lo\d*|127\..*|::1)$/.test(where)) return [];
  const wordsBehind = (option: string) => words.slice(words.indexOf(option, 3) + 1 || words.length);
  const [filter] = wordsBehind('filter');
  const port = wordsBehind('port')[0];
  return [
    {
      words: `listen on ${where}${port === undefined ? '' : ` port ${port}`}`,
      tag: wordsBehind('tag')[0],
      filters:
        filter === undefined
          ? []
          : filter === '{'
            ? listed(wordsBehind('filter').slice(0, wordsBehind('filter').indexOf('}')))
            : [filter],
      statement,
    },
  ];
}

function matchOf(statement: Statement): Match {
  const { conditions, length } = conditionsIn(statement.words.slice(1));
  const [word, name] = statement.words.slice(1 + length);
  const has = (side: RegExp) => conditions.some(({ what }) => side.test(what));
  const plain = { isNegated: false, isRegex: false, values: [] };
  return {
    conditions: [
      ...conditions,
      // Without either it is for whoever is local, and to whom is.
      ...(has(/^from /) ? [] : [{ what: 'from local', ...plain }]),
      ...(has(/^for /) ? [] : [{ what: 'for local', ...plain }]),
    ],
    action: word === 'action' ? name : undefined,
    statement,
  };
}

/** Returns the filters that refuse a client at a listener, in the order in which they are asked. */
export function refusingFilters(conf: SmtpdConf, listener: Listener, client: AskedClient): Refusing[] {
  const chain = listener.filters
    .flatMap((name) => conf.named.get(name)?.members ?? [name])
    .flatMap((name) => conf.filters.get(name) ?? []);
  return phases.flatMap((phase) => {
    const found: Refusing[] = [];
    for (const filter of chain.filter((each) => each.phase === phase)) {
      const severity = meetsAll(filter.conditions, client, conf);
      if (severity === 'no') continue;
      if (filter.decision === 'bypass' && severity === 'yes') break;
      if (filter.decision !== 'reject' && filter.decision !== 'disconnect') continue;
      found.push({
        phase,
        severity,
        words: told(filter.statement),
        reply: filter.reply,
        statement: filter.statement,
      });
      if (severity === 'yes') break;
    }
    return found;
  });
}

/** Returns the programs among the filters of a listener: what they refuse nobody can read. */
export function programsOf(conf: SmtpdConf, { filters }: Listener): string[] {
  return filters
    .flatMap((name) => conf.named.get(name)?.members ?? [name])
    .filter((name) => conf.filters.get(name)?.decision === 'proc');
}

/** What the match lines come to. */
export interface Matched {
  /** The first that takes the client for sure; undefined: none does. */
  readonly match: Match | undefined;
  /** Whether that lets its mail out. */
  readonly relays: boolean;
  /** Those before it that may take the client and refuse. */
  readonly before: readonly Match[];
}

/** Returns what the match lines make of a client at a listener. */
export function matchedAt(conf: SmtpdConf, { tag }: Listener, client: AskedClient): Matched {
  const before: Match[] = [];
  for (const match of conf.matches) {
    const conditions = match.conditions.filter(({ what }) => what !== 'tag');
    const tags = match.conditions.filter(({ what }) => what === 'tag');
    if (tags.some(({ values, isNegated }) => values.includes(tag ?? '') === isNegated)) continue;
    const reading = meetsAll(conditions, client, conf);
    if (reading === 'maybe' && match.action === undefined) before.push(match);
    if (reading !== 'yes') continue;
    return { match, relays: match.action !== undefined && conf.relaying.includes(match.action), before };
  }
  return { match: undefined, relays: false, before };
}

/** Whether a match names a table of Exact's. */
export function isOwnMatch({ conditions }: Match, setting: Setting): boolean {
  return asksOwn(conditions, setting);
}
