/** `exact dump --shared`: the entries that all hosts have in the tables that they share. */

import { type Ask, askTables } from '../../diagnose/ask-tables.ts';
import type { Table } from '../../diagnose/open-table.ts';
import { ExitStatus } from '../../exit-status.ts';
import { entriesOf, lastOf, type SharedEntry } from '../../maps/shared/answers.ts';
import { sharedTables } from '../../maps/shared/shared-tables.ts';
import { mostSent } from '../../maps/shared/statements.ts';
import { isPattern, userPattern } from '../../relay/user-pattern.ts';
import { escapeControls, escapeField } from '../../terminal/escape.ts';
import { formatTable } from '../../terminal/table.ts';
import { durationWords, utcText } from '../../terminal/words.ts';
import { namedNetworks } from '../named-networks.ts';
import type { DumpInvocation } from './options.ts';
import { noSharedTable, sayNone } from './say-none.ts';

/** How many rows a terminal gets: a screenful. */
const screenful = 20;

/** More rows than a table of one network comes to. */
const everything = 2 ** 31 - 1;

/** Writes the entries; exit status 1 if there is none, 75 if a table does not answer. */
export async function dumpShared(invocation: DumpInvocation, { settings }: Table): Promise<ExitStatus> {
  const question = await questionOf(invocation);
  if (sharedTables(settings).length === 0) {
    invocation.remark(noSharedTable);
    return ExitStatus.no;
  }
  const printer = new Printer(invocation);
  const answers = await askTables(settings, async (ask) => question(ask, (rows) => printer.take(rows)));
  printer.end();
  for (const { problem } of answers) if (problem !== undefined) invocation.report(problem);
  if (invocation.status !== ExitStatus.ok) return invocation.status;
  if (printer.count > 0) return ExitStatus.ok;
  sayNone(invocation, 'no entry of any host');
  return ExitStatus.no;
}

/** Asks a table, and hands on what it answers as it comes. */
type Question = (ask: Ask, take: (entries: readonly SharedEntry[]) => void) => Promise<void>;

async function questionOf(invocation: DumpInvocation): Promise<Question> {
  const user = invocation.value('user');
  const limit = limitOf(invocation);
  if (invocation.operands.length > 0) {
    const networks = await namedNetworks(invocation, 'for a user, write --user NAME');
    return async (ask, take) =>
      take(entriesOf(await ask((sql) => sql.entriesIn(networks, limit || everything))));
  }
  if (user !== undefined && !isPattern(user))
    return async (ask, take) => take(entriesOf(await ask((sql) => sql.entriesOfUser(user))));
  if (user === undefined && limit > 0)
    // One more than is shown tells that there are more.
    return async (ask, take) => take(entriesOf(await ask((sql) => sql.longestEntries(limit + 1))));
  const isWanted = user === undefined ? () => true : userPattern(user);
  return async (ask, take) => {
    let after: readonly [string, string, string] = ['', '', ''];
    for (;;) {
      const last = after;
      const rows = await ask((sql) => sql.entriesAfter(last));
      take(entriesOf(rows).filter((entry) => isWanted(entry.user)));
      if (rows.length < mostSent) return;
      after = lastOf(rows);
    }
  };
}

function limitOf(invocation: DumpInvocation): number {
  const isForPrograms = invocation.has('json') || invocation.has('tsv');
  return invocation.count('limit') ?? (invocation.world.stdout.isTerminal && !isForPrograms ? screenful : 0);
}

/** Writes rows for programs as they come, and a table for people when all are known. */
class Printer {
  /** How many were written. */
  count = 0;
  readonly #invocation: DumpInvocation;
  readonly #limit: number;
  readonly #kept: SharedEntry[] = [];
  #isCut = false;

  constructor(invocation: DumpInvocation) {
    this.#invocation = invocation;
    this.#limit = limitOf(invocation) || Number.POSITIVE_INFINITY;
  }

  take(entries: readonly SharedEntry[]): void {
    const { stdout } = this.#invocation.world;
    for (const entry of entries) {
      if (this.count >= this.#limit) {
        this.#isCut = true;
        return;
      }
      this.count++;
      const { address, user, source, left } = entry;
      const expires = utcText(this.#invocation.now + Math.floor(left));
      if (this.#invocation.has('json'))
        stdout.write(`${JSON.stringify({ address, user, host: source, expires })}\n`);
      else if (this.#invocation.has('tsv'))
        stdout.write(`${[address, ...[user, source].map(escapeField), expires].join('\t')}\n`);
      else this.#kept.push(entry);
    }
  }

  end(): void {
    const { stdout } = this.#invocation.world;
    const columns = [
      { title: 'ADDRESS' },
      { title: 'USER', mayShrink: true },
      { title: 'HOST' },
      { title: 'LEFT' },
    ];
    const rows = this.#kept.map(({ address, user, source, left }) => [
      { text: address },
      { text: escapeControls(user) },
      { text: escapeControls(source) },
      { text: durationWords(left) },
    ]);
    if (rows.length === 0) return;
    for (const line of formatTable(columns, rows, stdout.columns)) stdout.write(`${line}\n`);
    if (!this.#isCut) return;
    const all = this.#invocation.repeat('exact dump --shared --limit 0 | less');
    stdout.write(`${rows.length} that hold for longest; all: ${all}\n`);
  }
}
