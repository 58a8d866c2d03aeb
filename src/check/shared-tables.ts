/**
 * A table that hosts share: may this host write to it and nobody else, has it all that this release needs, what stands
 * between, and how do the other hosts do? Nothing is changed there.
 */
import type { Settings } from '../config/settings.ts';
import type { Output } from '../maps/output.ts';
import { Connection } from '../maps/pgsql/connection.ts';
import { asFailure } from '../maps/pgsql/database.ts';
import { askHealth, healthOf, hostNamed } from '../maps/pgsql/health-statements.ts';
import type { Met } from '../maps/pgsql/hosts.ts';
import { withoutPassword } from '../maps/pgsql/password.ts';
import { hostsOf, listHosts } from '../maps/pgsql/question-statements.ts';
import type { SharedTable } from '../maps/pgsql/shared-tables.ts';
import type { Target } from '../maps/pgsql/target.ts';
import { Failure } from '../problem.ts';
import { type KnownTable, unknownTable } from '../state/tables-file.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { clockDifferenceWords, countWords } from '../terminal/words.ts';
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
  { output, target }: SharedTable,
  known: KnownTable = unknownTable,
  time: () => number = () => Date.now() / 1000,
): Promise<{ readonly findings: Finding[]; readonly isReached: boolean }> {
  const table = withoutPassword(`${output.type} ${output.path}`);
  const found = (level: Finding['level'], text: string, fix?: string): Finding => ({
    ...{ level, subject: 'table', text: `${table}: ${text}` },
    ...(fix === undefined ? {} : { fix }),
  });
  let seen: Seen;
  try {
    seen = await look(output, target, time);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { what, why, fix } = error.problem;
    return { findings: [found('FAIL', why ?? what, fix ?? triedByHand(target))], isReached: false };
  }
  const { health } = seen;
  const findings = [
    ...serverFindings(target, seen),
    ...schemaFindings(health),
    ...nameFinding(settings, { output, target }, known, seen),
    ...hostFindings(target, seen),
  ].map(({ level, text, fix }) => found(level, text, fix));
  const isGood = findings.every(({ level }) => level === 'note');
  const hosts = seen.hosts.filter(({ sinceSeen }) => sinceSeen !== undefined && sinceSeen < long);
  const good = found('ok', `${countWords(hosts.length, 'host')}, clock ${clockDifferenceWords(seen.clock)}`);
  return { findings: isGood ? [good, ...findings] : findings, isReached: health.hasTable };
}

async function look(output: Output, target: Target, time: () => number): Promise<Seen> {
  const connection = new Connection(target);
  try {
    return await asFailure(output, async () => {
      await connection.open();
      const [answer = []] = await connection.run([askHealth]);
      const health = healthOf(answer);
      const clock = time() - health.time;
      const isPooled = connection.serverProcess !== undefined && connection.serverProcess !== health.process;
      const isAsked = health.hasTable && health.missing.length + health.lacking.length === 0;
      const [hosts = [], own = []] = isAsked
        ? await connection.run([listHosts, hostNamed(target.source)])
        : [];
      return { health, clock, isPooled, hosts: hostsOf(hosts), met: own[0] as unknown as Met | undefined };
    });
  } finally {
    connection.close();
  }
}

/** What shows by other means what is wrong. */
function triedByHand(target: Target): string {
  const { host, port, others, isWriterSought, database, user, sslMode, sslRootCert } = target;
  const servers = [{ host, port }, ...others];
  const parts = {
    host: servers.map((server) => server.host).join(','),
    port: servers.map((server) => server.port).join(','),
    ...{ dbname: database, user, sslmode: sslMode, sslrootcert: sslRootCert },
    target_session_attrs: isWriterSought ? 'read-write' : undefined,
  };
  const words = Object.entries(parts).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${/^[\w.,/:-]+$/.test(String(value)) ? value : `'${value}'`}`],
  );
  return `psql ${shellWord(words.join(' '))} # does it answer?`;
}
