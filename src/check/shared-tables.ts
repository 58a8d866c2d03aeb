/**
 * A table that hosts share: may this host write to it and nobody else, has it all that this release needs, what stands
 * between, and how do the other hosts do? Nothing is changed there.
 */
import type { Settings } from '../config/settings.ts';
import { hostsOf, metOf } from '../maps/shared/answers.ts';
import { asFailure } from '../maps/shared/failure.ts';
import { withoutPassword } from '../maps/shared/password.ts';
import { connectionTo, type SharedTable } from '../maps/shared/shared-tables.ts';
import { Failure } from '../problem.ts';
import { type KnownTable, unknownTable } from '../state/tables-file.ts';
import { clockDifferenceWords, countWords } from '../terminal/words.ts';
import { wordsOf } from './database-words.ts';
import type { Finding } from './finding.ts';
import {
  hostFindings,
  long,
  nameFinding,
  type Seen,
  schemaFindings,
  serverFindings,
} from './shared-findings.ts';

/** Returns what is to be said of a table; `known` is what this host knows of it, `time` its clock, Unix seconds. */
export async function checkSharedTable(
  settings: Settings,
  shared: SharedTable,
  known: KnownTable = unknownTable,
  time: () => number = () => Date.now() / 1000,
): Promise<{ readonly findings: Finding[]; readonly isReached: boolean }> {
  const { output, target } = shared;
  const table = withoutPassword(`${output.type} ${output.path}`);
  const found = (level: Finding['level'], text: string, fix?: string): Finding => ({
    ...{ level, subject: 'table', text: `${table}: ${text}` },
    ...(fix === undefined ? {} : { fix }),
  });
  let seen: Seen;
  try {
    seen = await look(shared, time);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { what, why, fix } = error.problem;
    return {
      findings: [found('FAIL', why ?? what, fix ?? wordsOf(output.type).try(target))],
      isReached: false,
    };
  }
  const { health } = seen;
  const findings = [
    ...serverFindings(target, seen),
    ...schemaFindings(seen),
    ...nameFinding(settings, shared, known, seen),
    ...hostFindings(target, seen),
  ].map(({ level, text, fix }) => found(level, text, fix));
  const isGood = findings.every(({ level }) => level === 'note');
  const hosts = seen.hosts.filter(({ sinceSeen }) => sinceSeen !== undefined && sinceSeen < long);
  const good = found('ok', `${countWords(hosts.length, 'host')}, clock ${clockDifferenceWords(seen.clock)}`);
  return { findings: isGood ? [good, ...findings] : findings, isReached: health.hasTable };
}

async function look(shared: SharedTable, time: () => number): Promise<Seen> {
  const connection = await connectionTo(shared);
  const { sql } = connection;
  const words = wordsOf(shared.output.type);
  try {
    return await asFailure(shared.output, async () => {
      await connection.open();
      const health = await sql.health(connection);
      const clock = time() - health.time;
      const isPooled = connection.serverProcess !== undefined && connection.serverProcess !== health.process;
      const isAsked = health.hasTable && health.missing.length + health.lacking.length === 0;
      const [hosts = [], own = []] = isAsked
        ? await connection.run([sql.listHosts, sql.hostNamed(shared.target.source)])
        : [];
      return { health, clock, isPooled, hosts: hostsOf(hosts), met: metOf(own[0]), words };
    });
  } finally {
    connection.close();
  }
}
