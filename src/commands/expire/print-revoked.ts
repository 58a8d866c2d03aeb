/** What `exact expire WHAT` says: what was revoked, what stays and why, and whom a slip may have meant. */

import { ExitStatus } from '../../exit-status.ts';
import type { Invocation } from '../../host/invocation.ts';
import { contains, isNetwork, parseNetwork } from '../../relay/network.ts';
import { foldUser, type Pair } from '../../relay/pair.ts';
import { permitServer } from '../../relay/permit.ts';
import type { Revocation } from '../../relay/revocation.ts';
import type { Run } from '../../run/run.ts';
import type { RunContext } from '../../run/run-context.ts';
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
export function tellUnreached(run: Run, what: 'NOT yet revoked' | 'NOT yet undone'): void {
  const { invocation, settings, policy } = run.context;
  const longest = invocation.now + Math.max(policy.timeout, policy.sessionLimit);
  const end = clockWords(longest, invocation.now, settings.timezone);
  const stays = what === 'NOT yet undone' ? 'other hosts go on refusing' : 'addresses stay there';
  for (const table of run.unreached) {
    invocation.report({
      status: ExitStatus.tryAgain,
      where: `${what} in ${table}`,
      what: what === 'NOT yet undone' ? stays : `${stays} until ${end}`,
      consequence: 'the next run of this host that reaches the server sends it',
    });
  }
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

/** Returns what is said of a host that was taken out of shared tables. */
export function forgottenWords(
  name: string,
  found: { readonly rows: number; readonly isFound: boolean } | undefined,
): string {
  if (found === undefined) return 'no output is a table that hosts share';
  const { rows, isFound } = found;
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
