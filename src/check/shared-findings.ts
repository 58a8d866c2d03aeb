/** What `exact update --check` says of a table that hosts share, from what was seen of it. Pure. */
import { replaceInLine } from '../config/fixes.ts';
import type { Settings } from '../config/settings.ts';
import type { KnownHost } from '../maps/shared/answers.ts';
import type { Health } from '../maps/shared/health.ts';
import { absence, type Met, standingOf } from '../maps/shared/hosts.ts';
import type { SharedTable } from '../maps/shared/shared-tables.ts';
import type { Target } from '../maps/shared/target.ts';
import type { KnownTable } from '../state/tables-file.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { clockDifferenceWords, countWords, durationWords } from '../terminal/words.ts';
import type { DatabaseWords } from './database-words.ts';
import type { Finding } from './finding.ts';

/** Seconds by which a clock may be off. */
const mostOff = 60;

/** Seconds after which a host may be gone for good. */
export const long = 86_400;

/** What is seen of a table. */
export interface Seen {
  readonly health: Health;
  readonly hosts: readonly KnownHost[];
  readonly met: Met | undefined;
  /** Whether another process has answered than the one that the connection was begun with. */
  readonly isPooled: boolean;
  /** This host's clock less the database's, in seconds. */
  readonly clock: number;
  /** What is typed to mend it. */
  readonly words: DatabaseWords;
}

/** What is to be said of a table, without its name. */
type Told = Pick<Finding, 'level' | 'text' | 'fix'>;

/** Returns what there is to say of the server, and of what stands before it. */
export function serverFindings(target: Target, { health, isPooled, clock, hosts, words }: Seen): Told[] {
  const { database, role, isStandby, isReadOnly, encoding, defaultIsolation, isolation } = health;
  const told: Told[] = [];
  if (isStandby || isReadOnly) {
    const what = isStandby ? 'is a standby, which takes no rows' : 'only reads';
    const fix = `name the server that takes writes, or all of them with target_session_attrs=read-write`;
    told.push({ level: 'FAIL', text: `${target.host} ${what}`, fix });
  }
  if (encoding !== 'UTF8') {
    const fix = `createdb -T template0 -E UTF8 ${shellWord(`${database}-utf8`)}`;
    told.push({ level: 'WARN', text: `encoding ${encoding}, which has no form for some user names`, fix });
  }
  const isOld = hosts.some(({ version }) => version === undefined);
  if (isolation !== 'read committed') {
    const text = `transactions are '${isolation}' though Exact begins them as 'read committed'`;
    told.push({ level: 'FAIL', text, fix: 'let nothing between Exact and the server change what it sends' });
  } else if (defaultIsolation !== isolation) {
    const text = `transactions are '${defaultIsolation}' by default; Exact asks for '${isolation}', and Exact 1.0 does not: it misses what others revoke`;
    const statement = `alter role "${role.replaceAll('"', '""')}" set default_transaction_isolation = 'read committed'`;
    const fix = words.asOwner(statement, database);
    told.push({ level: isOld ? 'WARN' : 'note', text, fix });
  }
  if (isPooled) {
    const text = `a pooler stands between, such as PgBouncer: it serves with pool_mode transaction or session`;
    told.push({ level: 'note', text });
  }
  if (Math.abs(clock) > mostOff) {
    const text = `the clock of this host is ${clockDifferenceWords(clock)}, by that of the database: one of the two is wrong; rows expire in time all the same`;
    told.push({ level: 'WARN', text, fix: 'timedatectl set-ntp true' });
  }
  return told;
}

/** Returns what there is to say of the tables and of rights to them. */
export function schemaFindings({ health, words }: Seen): Told[] {
  const { database, role, hasTable, mayCreate, missing, lacking, open } = health;
  const [all, rest] = words.scripts;
  if (!hasTable) {
    return mayCreate
      ? [{ level: 'note', text: 'no tables yet; the first run makes them', fix: 'exact update' }]
      : [{ level: 'FAIL', text: `no tables, and ${role} may make none`, fix: words.run(all, database) }];
  }
  const told: Told[] = [];
  if (missing.length > 0) {
    const text = `not the tables of this release: ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` and ${missing.length - 3} more` : ''} not there`;
    told.push({ level: 'FAIL', text, fix: words.run(rest, database) });
  }
  if (lacking.length > 0) {
    const grants = lacking.map((right) => words.grant(right, role)).join('; ');
    told.push({
      ...{ level: 'FAIL', text: `${role} may not ${lacking.join(', ')}` },
      fix: words.asOwner(grants, database),
    });
  }
  if (open.length > 0) {
    const text = `every role may write to ${open.join(', ')}, and so open the relay`;
    const revoke = open.map((name) => `revoke insert, update, delete on ${name} from public`).join('; ');
    told.push({ level: 'FAIL', text, fix: words.asOwner(revoke, database) });
  }
  return told;
}

/** Returns what there is to say of the name of this host, by what it knows of the table. */
export function nameFinding(
  settings: Settings,
  { output, target: { source } }: SharedTable,
  known: KnownTable,
  { met }: Seen,
): Told[] {
  if (met === undefined || standingOf(known, met) !== 'taken') return [];
  const text = `another host has the name '${source}', and was seen ${durationWords(met.age)} ago: nothing of this one is in the table`;
  const other = `source=${source}-2`;
  const fix = `${replaceInLine(settings, output, `source=${source}`, other)} # or, if this host has lost its state, wait ${countWords(absence / 60, 'minute')}`;
  return [{ level: 'FAIL', text, fix }];
}

/** Returns what there is to say of the other hosts. */
export function hostFindings(target: Target, { hosts }: Seen): Told[] {
  return hosts.flatMap(({ source, sinceSeen, rows, clock, version }): Told[] => {
    if (source === target.source) return [];
    if (version === undefined || sinceSeen === undefined) {
      const text = `host ${source} has Exact 1.0 and ${countWords(rows, 'row')}, or had it: upgrade it`;
      return [
        { level: 'note', text, fix: `exact expire --forget-host ${shellWord(source)} # if it is gone` },
      ];
    }
    if (sinceSeen >= long) {
      const text = `host ${source} was not seen for ${durationWords(sinceSeen)}, and has ${countWords(rows, 'row')}`;
      return [
        {
          ...{ level: 'WARN', text },
          fix: `exact expire --forget-host ${shellWord(source)} # if it is gone`,
        },
      ];
    }
    if (clock === undefined || Math.abs(clock) <= mostOff) return [];
    const text = `the clock of host ${source} is ${clockDifferenceWords(clock)}, by that of the database`;
    return [{ level: 'WARN', text, fix: `timedatectl set-ntp true # on ${source}` }];
  });
}
