/**
 * What a run learns of one table before it sends anything: whether the table and this host know each other by what they
 * said last, and what other hosts have revoked.
 */
import { randomUUID } from 'node:crypto';
import { ExitStatus } from '../../exit-status.ts';
import type { Output } from '../../maps/output.ts';
import { type Meeting, meetingOf, revocationsOf } from '../../maps/shared/answers.ts';
import { absence, type Standing, standingOf } from '../../maps/shared/hosts.ts';
import { withoutPassword } from '../../maps/shared/password.ts';
import { knownAfter, newsIn, type SharedRevocation } from '../../maps/shared/shared-revocation.ts';
import type { Connection, Self } from '../../maps/shared/statements.ts';
import { Failure } from '../../problem.ts';
import type { KnownTable } from '../../state/tables-file.ts';
import { countWords } from '../../terminal/words.ts';

/** Days for which a revocation is of use to a host: no log is read back further. */
const revocationDays = 9;

/** How many of its own ids a host remembers. */
const mostFormer = 16;

declare const EXACT_VERSION: string;

/** A table that is asked. */
export interface AskedTable {
  readonly output: Output;
  readonly connection: Connection;
  /** This host's clock, Unix seconds with fraction. */
  readonly time: () => number;
  /** Writes down what is known by now. */
  readonly save: (known: KnownTable) => void;
}

/** What was learned. */
export interface LearnedTable {
  readonly known: KnownTable;
  readonly standing: Standing;
  /** What the table has of this host's own revocations; undefined where it was not asked for them. */
  readonly own: readonly SharedRevocation[] | undefined;
  /** Whether the table has any row of this host's name. */
  readonly hasRows: boolean;
}

/** Returns who this host is to a table. */
function selfOf({ connection, time }: AskedTable, { instance }: KnownTable): Self {
  return { source: connection.target.source, instance, version: EXACT_VERSION, now: time() };
}

/** Asks the table, and takes this host's name in it where that is free. Throws as the server does. */
export async function learnTable(table: AskedTable, before: KnownTable): Promise<LearnedTable> {
  const { connection, time } = table;
  const { sql } = connection;
  await connection.open();
  const asked = [sql.meet(selfOf(table, before)), ...sql.clean(revocationDays)];
  const [rows = []] = await connection.run(asked);
  const meeting = meetingOf(rows);
  const { met, hasRows } = meeting;
  const skew = time() - meeting.time;
  const { hosts } = meeting;
  const standing = standingOf(before, met);
  const known =
    standing === 'good' || standing === 'unsure'
      ? { ...before, ...afterMeeting(meeting, standing), skew, hosts }
      : standing === 'taken'
        ? { ...before, skew, hosts }
        : { ...(await take(table, before, meeting, standing)), skew, hosts };
  if (standing === 'good' && before.digest === meeting.digest)
    return { known, standing, own: undefined, hasRows };
  const [found = []] = await connection.run([sql.fetchRevocations]);
  const read = revocationsOf(found);
  // Whoever has this host's name too is another host.
  const isOwn = ({ source }: SharedRevocation) => standing !== 'taken' && source === connection.target.source;
  const revocations = knownAfter(
    before.revocations,
    read.filter((row) => !isOwn(row)),
    {
      wentBack: standing === 'back',
      forgets: ({ at, until }) => Math.max(at, until) < meeting.time - revocationDays * 86_400,
    },
  );
  const touched = [
    ...before.touched,
    ...newsIn(before.revocations, revocations).map(({ kind, what }) => ({ kind, what })),
  ];
  return {
    known: { ...known, revocations, touched, digest: meeting.digest },
    standing,
    own: read.filter(isOwn),
    hasRows,
  };
}

function afterMeeting({ met }: Meeting, standing: 'good' | 'unsure'): Partial<KnownTable> {
  const { beats = 0, token = '' } = met ?? {};
  // Whether all of it has arrived, nobody knows: what is sent again is the same.
  return standing === 'good' ? { beats } : { beats, token, rows: '', sent: [] };
}

/** Takes the name, and forgets what was sent. */
async function take(
  table: AskedTable,
  before: KnownTable,
  { met }: Meeting,
  standing: 'back' | 'behind',
): Promise<KnownTable> {
  const isNew = standing === 'behind' || before.instance === '';
  const instance = isNew ? randomUUID() : before.instance;
  const former = [...new Set([instance, before.instance, ...before.former])].filter(Boolean);
  const token = randomUUID();
  const known = { ...before, former: former.slice(0, mostFormer), rows: '', sent: [], pending: '' };
  // Before the table has it: a run that dies after this must know its own id again.
  table.save(known);
  const self = { ...selfOf(table, before), instance };
  const { connection } = table;
  const [[claimed] = []] = await connection.run([connection.sql.claim(self, token, met?.instance ?? '')]);
  if (claimed === undefined) throw takenFailure(table.output, self.source);
  return { ...known, instance, token, beats: Number(claimed.beats) };
}

/** Returns what is told where another host has this one's name. */
export function takenFailure(output: Output, source: string): Failure {
  return new Failure({
    status: ExitStatus.tryAgain,
    where: withoutPassword(`output ${output.type} ${output.path}`),
    what: `another host has the name '${source}' in this table`,
    consequence: 'nothing of this host is in it, and nothing of the other is touched',
    fix: `give one of them another source=; or, if this host has lost its state, wait ${countWords(absence / 60, 'minute')}`,
  });
}
