/** What `exact expire WHAT` says: what was revoked, what stays and why, and whom a slip may have meant. */

import { ExitStatus } from '../../exit-status.ts';
import type { Invocation } from '../../host/invocation.ts';
import type { Problem } from '../../problem.ts';
import { contains, isNetwork, parseNetwork } from '../../relay/network.ts';
import { foldUser, type Pair } from '../../relay/pair.ts';
import { permitServer } from '../../relay/permit.ts';
import type { Revocation } from '../../relay/revocation.ts';
import type { Run } from '../../run/run.ts';
import type { RunContext } from '../../run/run-context.ts';
import type { ForgottenHost } from '../../run/shared/shared-run.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { clockWords, countWords } from '../../terminal/words.ts';
import { likelyUser } from '../likely-user.ts';

/**
 * Says, subject by subject, what was revoked; and that it holds, if every map is published. `before` are the pairs
 * that relayed before, which are needed for users alone.
 */
export function printRevoked(run: Run, subjects: readonly Revocation[], before: readonly Pair[]): void {
  const { context, outcomes, isPublished } = run;
  const { invocation } = context;
  const { revoked } = outcomes;
  // With --json the outcomes themselves have been written.
  if (invocation.has('quiet') || invocation.has('json')) return;
  const would = invocation.has('dry-run') ? 'would revoke' : 'revoked';
  const say = (line: string) => invocation.mention(`${escapeControls(line)}\n`);
  for (const subject of subjects) {
    const ended = revoked.filter((pair) => covers(subject, pair));
    const addresses = new Set(ended.map(({ address }) => address));
    const refusal = refusalWords(context, subject);
    if (ended.length === 0) {
      invocation.world.tell(`exact: ${noEntry(subject, before)}${refusal && `; ${refusal}`}`);
      continue;
    }
    const count = countWords(addresses.size, 'address', 'addresses');
    say(`${would} ${count}${subjectWords(subject)}${refusal && `, ${refusal}`}`);
    if (subject.kind !== 'user') continue;
    for (const address of addresses) {
      const other = before.find((pair) => pair.address === address && !covers(subject, pair));
      if (other === undefined) continue;
      const why = other.server === permitServer ? 'is permitted from it too' : 'logged in from it too';
      say(`  ${address} stays: ${other.user} ${why}`);
    }
  }
  if (revoked.length > 0 && isPublished) {
    say('  maps published; SMTP sessions already open keep the right until they end');
  }
}

/**
 * Tells of each shared table that it does not have what was done, whatever was told of its server before: whoever has
 * revoked must not go home.
 */
export function tellUnrevoked(run: Run): void {
  const { invocation, settings, policy } = run.context;
  const longest = invocation.now + Math.max(policy.timeout, policy.sessionLimit);
  const end = clockWords(longest, invocation.now, settings.timezone);
  tellUnreached(run, run.unreached, {
    where: 'NOT yet revoked',
    what: `addresses stay there until ${end}`,
    consequence: sentLater,
  });
}

/** Tells the same of refusals that were to end; `isOwn`: no other host has made them, so that a run does it. */
export function tellNotUndone(run: Run, isOwn: boolean): void {
  tellUnreached(run, run.unreached, {
    where: 'NOT yet undone',
    what: 'other hosts go on refusing',
    consequence: isOwn ? sentLater : doneAgain,
  });
}

/** Tells the same of a host that was to be forgotten. */
export function tellNotForgotten(run: Run, { away }: ForgottenHost): void {
  const what = 'its rows stay there until they expire';
  tellUnreached(run, away, { where: 'NOT forgotten', what, consequence: doneAgain });
}

const sentLater = 'the next run of this host that reaches the server sends it';
const doneAgain = 'do it again when the server answers';

function tellUnreached(
  { context: { invocation } }: Run,
  tables: readonly string[],
  { where, ...told }: Pick<Problem, 'where' | 'what' | 'consequence'>,
): void {
  for (const table of tables)
    invocation.report({ status: ExitStatus.tryAgain, where: `${where} in ${table}`, ...told });
}

/** Says of each subject whether it was refused until now. */
export function printUndone(
  invocation: Invocation<'dry-run'>,
  subjects: readonly Revocation[],
  ended: readonly Revocation[],
): void {
  if (invocation.has('quiet')) return;
  for (const { what } of subjects) {
    const isEnded = ended.some((revocation) => revocation.what === what);
    const would = invocation.has('dry-run') ? 'would be ' : '';
    const words = isEnded
      ? `${would}no longer refused: ${what}; its clients return with their next login`
      : `not refused: ${what}; ${invocation.repeat('see exact dump --revoked')}`;
    const json = JSON.stringify({ outcome: isEnded ? 'undone' : 'not refused', what });
    invocation.mention(`${invocation.has('json') ? json : escapeControls(words)}\n`);
  }
}

/** Returns what is said of a host that was taken out of shared tables; nothing where none of them answered. */
export function forgottenWords(name: string, found: ForgottenHost | undefined): string | undefined {
  if (found === undefined) return 'no output is a table that hosts share';
  const { rows, isFound, away } = found;
  if (!isFound && away.length > 0) return undefined;
  if (!isFound) return `no host '${name}' in the table`;
  return `forgot host ${name}: ${countWords(rows, 'row')} taken out; what it has revoked holds`;
}

function subjectWords({ kind, what }: Revocation): string {
  if (kind === 'all') return '';
  return kind === 'user' ? ` of ${what}` : what.includes('/') ? ` in ${what}` : ` (${what})`;
}

function refusalWords({ invocation, settings }: RunContext, { kind, at, until }: Revocation): string {
  if (until <= at) return '';
  const end = clockWords(until, invocation.now, settings.timezone);
  return `${kind === 'user' ? 'its logins are refused' : 'refused'} until ${end}`;
}

function covers({ kind, what }: Revocation, pair: Pair): boolean {
  if (kind === 'all') return true;
  if (kind === 'user') return foldUser(pair.user) === what;
  const network = parseNetwork(what);
  return isNetwork(network) && contains(network, pair.address);
}

function noEntry({ kind, what }: Revocation, pairs: readonly Pair[]): string {
  if (kind === 'all') return 'no entry';
  if (kind === 'network') return `no entry ${what.includes('/') ? 'in' : 'of'} ${what}`;
  const hint = likelyUser(what, pairs);
  return `no entry of user '${what}'${hint === undefined ? '' : `; ${hint}`}`;
}
