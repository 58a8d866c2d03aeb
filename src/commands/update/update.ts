/** `exact update`: new log lines become logins, logins become the relay table, and the table is published. */

import type { Command } from '../../cli/command.ts';
import { checkReplay, isConfigured, loadConfiguration } from '../../config/configured.ts';
import type { Settings } from '../../config/settings.ts';
import type { ExitStatus } from '../../exit-status.ts';
import type { Invocation } from '../../host/invocation.ts';
import { beginRun } from '../../run/begin-run.ts';
import type { HowToUpdate } from '../../run/live-logins.ts';
import type { LoginSource } from '../../run/login-source.ts';
import { maillogSource } from '../../run/read-maillogs.ts';
import type { Run } from '../../run/run.ts';
import { countWords, durationWords, numberWords } from '../../terminal/words.ts';
import { type UpdateInvocation, type UpdateOption, updateModes, updateOptions } from './options.ts';

/** The command `update`. */
export const updateCommand: Command<UpdateOption> = {
  name: 'update',
  summary: 'read new log lines and publish the relay table; for cron, each minute',
  options: updateOptions,
  modes: updateModes,
  examples: [
    ['update', 'one step, as cron runs it: success prints nothing'],
    ['update -v', 'print what was added, refreshed, expired or refused, too'],
    ['update --dry-run', 'what would the next run do?'],
    ['update --permit 198.51.100.7 --user alice --for 2h', 'alice cannot log in, and has to send now'],
    ['update --check', 'is this host set up as it should be?'],
    ['update --check --as 198.51.100.23', 'would its mail be taken, and if not, what refuses it?'],
    [
      'update --logins -',
      'take logins that another host sends: exact parse --json | ssh mx exact update --logins -',
    ],
  ],
  run,
};

async function run(invocation: UpdateInvocation): Promise<ExitStatus> {
  checkReplay(invocation);
  if (invocation.has('check')) {
    return invocation.has('as')
      ? (await import('../../check/as-client.ts')).checkAsClient(invocation)
      : (await import('../../check/check-host.ts')).checkHost(invocation);
  }
  if (invocation.has('permit')) return (await import('./permit.ts')).updateByPermit(invocation);
  // A rehearsal changes nothing, so all that comes is one.
  if (invocation.value('logins') === '-' && !invocation.has('dry-run'))
    return (await import('../../run/live-logins.ts')).updateAsTheyCome(invocation, updateBy);
  return updateBy(invocation, { sourceOf: (settings) => sourceOf(invocation, settings), begin: beginRun });
}

/** Makes one run, begun in the way that is given. */
async function updateBy(call: Invocation<'dry-run'>, { sourceOf, begin }: HowToUpdate): Promise<ExitStatus> {
  const loaded = loadConfiguration(call);
  if (!isConfigured(loaded)) return (await import('../../run/last-good.ts')).expireByLastGood(call, loaded);
  const { settings, warnings } = loaded;
  const run = await begin(call, settings);
  if (run === undefined) return call.status;
  const { invocation } = run.context;
  run.meet(warnings);
  const source = await sourceOf(run.context.settings);
  await run.read(source);
  await run.pass();
  if (invocation.has('verbose') || invocation.has('dry-run')) run.outcomes.say(closingLine(run, source));
  return run.end();
}

async function sourceOf(invocation: UpdateInvocation, settings: Settings): Promise<LoginSource> {
  const file = invocation.value('logins');
  if (file === undefined) return maillogSource(settings, invocation.has('rebuild'));
  const { handedOverLogins, linesIn } = await import('../../run/read-logins.ts');
  return handedOverLogins(linesIn(file, invocation.world));
}

function closingLine({ context, outcomes, summary }: Run, { names }: LoginSource): string {
  const { added, refreshed, expired, revoked, refused } = outcomes.counts;
  const parts = [`added ${added}`, `refreshed ${refreshed}`, `expired ${expired}`];
  if (revoked > 0) parts.push(`revoked ${revoked}`);
  if (refused > 0) parts.push(`refused ${refused}`);
  const would = context.isRehearsal ? 'nothing was changed; a run would have: ' : '';
  const lines = summary?.lines ?? 0;
  const from = names.length > 2 ? countWords(names.length, 'log') : names.join(' and ');
  const read = `read ${numberWords(lines)} ${lines === 1 ? 'line' : 'lines'} from ${from}`;
  return `${would}${parts.join(', ')}; ${read}, timeout ${durationWords(context.settings.timeout)}`;
}
