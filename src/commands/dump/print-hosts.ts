/** `exact dump --hosts`: which hosts write to the tables that this one shares, and how each of them does. */

import { askTables, type TableAnswer } from '../../diagnose/ask-tables.ts';
import type { Table } from '../../diagnose/open-table.ts';
import { ExitStatus } from '../../exit-status.ts';
import { hostsOf, type KnownHost } from '../../maps/shared/answers.ts';
import { sharedTables } from '../../maps/shared/shared-tables.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { shellWord } from '../../terminal/shell-word.ts';
import { formatTable } from '../../terminal/table.ts';
import { clockDifferenceWords, durationWords, numberWords, utcText } from '../../terminal/words.ts';
import type { DumpInvocation } from './options.ts';
import { noSharedTable } from './say-none.ts';

/** Seconds after which a host may be gone for good. */
const long = 86_400;

/** Writes a row a host; exit status 1 if there is none, 75 if a table does not answer. */
export async function dumpHosts(invocation: DumpInvocation, { settings }: Table): Promise<ExitStatus> {
  const print = invocation.has('json') ? printJson : printTable;
  if (sharedTables(settings).length === 0) {
    invocation.remark(noSharedTable);
    return ExitStatus.no;
  }
  const answers = await askTables(settings, async (ask) => hostsOf(await ask((sql) => sql.listHosts)));
  for (const answer of answers) {
    if (answer.problem !== undefined) invocation.report(answer.problem);
    else print(invocation, answer, answers.length > 1);
  }
  if (invocation.status !== ExitStatus.ok) return invocation.status;
  return answers.some(({ answer = [] }) => answer.length > 0) ? ExitStatus.ok : ExitStatus.no;
}

function printJson(
  invocation: DumpInvocation,
  { table, target, answer = [] }: TableAnswer<KnownHost[]>,
): void {
  const timeBefore = (seconds: number | undefined) =>
    seconds === undefined ? null : utcText(invocation.now - seconds);
  for (const { source, version, sinceSeen, sincePushed, rows, clock } of answer) {
    const line = {
      ...{ table, host: source, isThisHost: source === target.source },
      ...{ seen: timeBefore(sinceSeen), pushed: timeBefore(sincePushed), rows },
      ...{ version: version ?? null, clock: clock === undefined ? null : Math.round(clock * 10) / 10 },
    };
    invocation.world.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

function printTable(
  invocation: DumpInvocation,
  { table, target, answer = [] }: TableAnswer<KnownHost[]>,
  hasOthers: boolean,
): void {
  const { stdout } = invocation.world;
  if (hasOthers) stdout.write(`${escapeControls(table)}\n`);
  const ago = (seconds: number | undefined) =>
    seconds === undefined ? '-' : `${durationWords(seconds)} ago`;
  const rows = answer.map(({ source, version, sinceSeen, sincePushed, rows: count, clock }) => [
    { text: `${escapeControls(source)}${source === target.source ? ' (this host)' : ''}` },
    { text: ago(sinceSeen) },
    { text: ago(sincePushed) },
    { text: numberWords(count) },
    { text: escapeControls(version ?? '-') },
    { text: clock === undefined ? '-' : clockDifferenceWords(clock) },
  ]);
  const columns = [
    { title: 'HOST', mayShrink: true },
    { title: 'SEEN' },
    { title: 'PUSHED' },
    { title: 'ROWS', alignsRight: true },
    { title: 'VERSION' },
    { title: 'CLOCK' },
  ];
  if (rows.length > 0) {
    for (const line of formatTable(columns, rows, stdout.columns)) stdout.write(`${line}\n`);
  }
  for (const { source, sinceSeen } of answer) {
    if (sinceSeen === undefined || sinceSeen < long) continue;
    const fix = invocation.repeat(`exact expire --forget-host ${shellWord(source)}`);
    const words = `${source}: not seen for ${durationWords(sinceSeen)}; if it is gone: ${fix}`;
    stdout.write(`${escapeControls(words)}\n`);
  }
}
