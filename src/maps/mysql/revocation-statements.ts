/**
 * What is asked and written of revocations, in the SQL of MariaDB and MySQL. As with PostgreSQL, what they end is found by
 * keys, in batches, and a row that was put after a revocation is none of its own: both have the numbers of their
 * transactions.
 */
import { containing, isNetwork, keyRange, type Network, parseNetwork } from '../../relay/network.ts';
import type { Revocation } from '../../relay/revocation.ts';
import { mostEnded, type Sender, type Statement } from '../shared/statements.ts';
import { accountOf, keyName, wholeName } from '../shared/stored-name.ts';
import { ending, isWithin, rowKey, secondsOf } from './sql.ts';

/** Asks for the revocations of all hosts. */
export const fetchRevocations: Statement = [
  `select kind, coalesce(named, what) as what, source, who, ${secondsOf('at')} as at, ${secondsOf('until')} as until,
     undone is not null as undone
   from exact_revoked order by kind, what, source`,
];

/** Tells all hosts of revocations, whose times are of this host, after `mark`. */
export function tell({ source, next }: Sender, revocations: readonly Revocation[], now: number): Statement {
  const renewed = (column: string) => `${column} = if(stamp <=> values(stamp), ${column}, values(${column}))`;
  const one = `insert into exact_revoked (kind, what, named, source, who, stamp, at, until, undone, serial)
    select ?, ?, nullif(?, ?), ?, ?, ?, @now - interval ? second, @now + interval ? second, null, @serial
    from dual where exists (select 1 from exact_hosts where source = ? and token = ?)
    on duplicate key update ${['at', 'until', 'who', 'undone', 'serial', 'stamp'].map(renewed).join(', ')}`;
  return [
    revocations.map(() => one).join(';\n'),
    ...revocations.flatMap(({ kind, what, by, at, until }) => {
      const [key, whole] = [keyName(what), wholeName(what)];
      return [
        ...[kind, key, whole, key, source, wholeName(by), `${at} ${until}`],
        ...[(now - at).toFixed(6), (until - now).toFixed(6), source, next],
      ];
    }),
  ];
}

/** Ends the refusals of subjects, whichever host they are of. */
export function undo(subjects: readonly Pick<Revocation, 'kind' | 'what'>[]): Statement {
  const one = `update exact_revoked set undone = @now, at = least(at, @now), until = least(until, @now)
    where kind = ? and what = ? and until > @now`;
  return [
    [...subjects.map(() => one), 'do 0'].join(';\n'),
    ...subjects.flatMap(({ kind, what }) => [kind, keyName(what)]),
  ];
}

/** Returns what ends one batch of what revocations of a host end, each statement giving how many rows it `ended`. */
export function endRevoked(source: string, revocations: readonly Revocation[]): Statement[] {
  return revocations.flatMap((revocation): Statement[] => {
    const { kind, what } = revocation;
    const before: Condition = [
      'r.serial <= (select v.serial from exact_revoked v where v.kind = ? and v.what = ? and v.source = ?)',
      ...[kind, keyName(what), source],
    ];
    if (kind === 'all') return [endingWhere(before)];
    if (kind === 'user') return [endingWhere(['r.account = ?', accountOf(what)], before)];
    const network = parseNetwork(what);
    if (!isNetwork(network)) return [];
    return [endingWhere(isWithin(network), before), ...endingPartOf(network, before)];
  });
}

/** A condition for rows `r`, and its values. */
type Condition = readonly [text: string, ...values: string[]];

function endingWhere(...conditions: readonly Condition[]): Statement {
  const texts = conditions.map(([text]) => text);
  return [
    ending(`select ${rowKey} from exact_relay r where ${texts.join(' and ')} limit ${mostEnded}`),
    ...conditions.flatMap(([, ...values]) => values),
  ];
}

/** A row that is a network stays as long as it has members that nothing has revoked. */
function endingPartOf(network: Network, [before, ...values]: Condition): Statement[] {
  if (network.bytes.length === 4) return [];
  const around = [...Array(network.prefix).keys()].map((prefix) => containing(network, prefix).text);
  if (around.length === 0) return [];
  const wide = `r.address in (?) and ${before}`;
  const members = 'm.address = r.address and m.username = r.username and m.source = r.source';
  return [
    [
      `delete m from exact_relay r straight_join exact_member m on ${members} where ${wide} and m.first between ? and ?`,
      ...[around, ...values, ...keyRange(network)],
    ],
    [
      `update exact_relay r
         set r.expires = least(r.expires, coalesce((select max(m.ends) from exact_member m where ${members}), r.expires))
         where ${wide}`,
      ...[around, ...values],
    ],
    [
      `delete r from exact_relay r left join exact_member m on ${members} where ${wide} and m.first is null`,
      ...[around, ...values],
    ],
  ];
}
