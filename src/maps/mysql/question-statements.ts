/** What people ask of a table, in the SQL of MariaDB and MySQL. */
import { containing, type Network } from '../../relay/network.ts';
import { mostSent, type Statement } from '../shared/statements.ts';
import { accountOf } from '../shared/stored-name.ts';
import { isWithin } from './sql.ts';

/** Asks for the hosts. */
export const listHosts: Statement = [
  `select source, instance, version, clock,
     timestampdiff(microsecond, seen, utc_timestamp(6)) / 1000000 as sinceSeen,
     timestampdiff(microsecond, pushed, utc_timestamp(6)) / 1000000 as sincePushed,
     if(seen > utc_timestamp(6) - interval 10 minute, size,
       (select count(*) from exact_relay r where r.source = h.source and r.expires > utc_timestamp(6))) as \`rows\`
   from exact_hosts h order by source`,
];

const entries = `select r.address, r.username, r.source,
  timestampdiff(microsecond, utc_timestamp(6), r.expires) / 1000000 as \`left\` from exact_relay r`;
const isLive = 'r.expires > utc_timestamp(6)';

/** Asks for the entries in networks, and for those of networks that hold them. */
export function entriesIn(networks: readonly Network[], limit: number): Statement {
  const around = networks.flatMap((network) =>
    network.bytes.length === 4
      ? []
      : [...Array(network.prefix).keys()].map((prefix) => containing(network, prefix).text),
  );
  const within = networks.map(isWithin);
  const conditions = ['r.address in (?)', ...within.map(([text]) => text)];
  const selects = conditions.map((condition) => `${entries} where ${condition} and ${isLive}`);
  return [
    `${selects.join(' union ')} order by address, source, username limit ?`,
    // A list may not be empty.
    ['', ...new Set(around)],
    ...within.flatMap(([, ...values]) => values),
    limit,
  ];
}

/** Asks for the entries of a user, in whatever case the name is written. */
export function entriesOfUser(user: string): Statement {
  return [
    `${entries} where r.account = ? and ${isLive} order by r.address, r.source, r.username`,
    accountOf(user),
  ];
}

/** Asks for a batch of all entries after one, which `after` gives by its parts. */
export function entriesAfter([address, username, source]: readonly [string, string, string]): Statement {
  return [
    `${entries} force index (primary) where ${isLive} and r.address >= ?
       and (r.address > ? or r.username > ? or (r.username = ? and r.source > ?))
     order by r.address, r.username, r.source limit ${mostSent}`,
    ...[address, address, username, username, source],
  ];
}

/** Asks for the entries that hold for longest. */
export function longestEntries(limit: number): Statement {
  return [`${entries} where ${isLive} order by r.expires desc, r.address limit ?`, limit];
}
