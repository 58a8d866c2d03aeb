/** What `exact dump` says where there is nothing to show: silence and exit status 1 would leave people guessing. */
import { existsSync } from 'node:fs';
import { wantedRules } from '../../config/recognition.ts';
import type { Table } from '../../diagnose/open-table.ts';
import { nearestName } from '../../terminal/nearest.ts';
import type { DumpInvocation } from './options.ts';

/** What is said where a configuration names no table. */
export const noSharedTable = 'no output is a table that hosts share';

/** Says to people that an answer is empty; where their terminal shows rows for programs, beside these. */
export function sayNone(invocation: DumpInvocation, text: string): void {
  const { stdout } = invocation.world;
  if (!stdout.isTerminal) return;
  if (invocation.has('json') || invocation.has('tsv')) invocation.remark(text);
  else stdout.write(`${text}\n`);
}

/** Says that no run has left a state where one is looked for: perhaps `--state` or `--config` is a slip. */
export function remarkOnState(invocation: DumpInvocation, { paths }: Table): void {
  if (existsSync(paths.pairs) || existsSync(paths.cursors)) return;
  const fix = invocation.has('state') ? 'is --state right?' : 'exact update makes it';
  invocation.remark(`${paths.pairs}: no such file: no run has used it yet; ${invocation.repeat(fix)}`);
}

/** Says that no rule has the name of `--server`, and no login of the table is of one. */
export async function remarkOnServer(invocation: DumpInvocation, table: Table): Promise<void> {
  const server = invocation.value('server');
  if (server === undefined) return;
  const { rules } = await wantedRules(table.settings, ['auto']);
  const known = new Set(rules.map(({ name }) => name));
  table.visit(({ users }) => {
    for (const user of users) known.add(user.server);
  });
  if (known.has(server)) return;
  const near = nearestName(server, known);
  const fix = near === undefined ? invocation.repeat('see exact test-rule --list') : `did you mean ${near}?`;
  invocation.remark(`--server: no rule is called '${server}'; ${fix}`);
}
