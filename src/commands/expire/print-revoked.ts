/** What `exact expire WHAT` says: what was revoked, what stays and why, and whom a slip may have meant. */

import type { Invocation } from '../../host/invocation.ts';
import { contains, isNetwork, parseNetwork } from '../../relay/network.ts';
import { foldUser, type Pair } from '../../relay/pair.ts';
import type { Revocation } from '../../relay/revocation.ts';
import type { WritingRun } from '../../run/writing-run.ts';
import { withPairs } from '../../state/table-run.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { clockWords, countWords } from '../../terminal/words.ts';

/** What the table held beside what was meant, looked up before it changes. */
export interface NearMisses {
  /** Pairs at an address that other pairs leave. */
  readonly pairs: readonly Pair[];
}

/** Returns the pairs on disk, if a user is to be revoked: who else is at an address, and what names are like it. */
export function nearMisses(run: WritingRun, subjects: readonly Revocation[]): NearMisses {
  const pairs: Pair[] = [];
  if (subjects.some(({ kind }) => kind === 'user')) {
    withPairs({ path: run.paths.pairs, startsEmpty: run.isDamaged }, (stream) => {
      while (stream.next()) if (stream.expiry(run.policy) > run.policy.now) pairs.push(stream.pair());
    });
  }
  return { pairs };
}

/** Tells, subject by subject, what was revoked; and that it holds, if every map `isPublished`. */
export function tellRevoked(
  invocation: Invocation,
  run: WritingRun,
  subjects: readonly Revocation[],
  revoked: readonly Pair[],
  { pairs }: NearMisses,
  isPublished: boolean,
): void {
  if (invocation.has('quiet')) return;
  const would = invocation.has('dry-run') ? 'would revoke' : 'revoked';
  const say = (line: string) => invocation.mention(`${escapeControls(line)}\n`);
  // With --json the outcomes themselves have been written.
  if (invocation.has('json')) return;
  for (const subject of subjects) {
    const ended = revoked.filter((pair) => covers(subject, pair));
    const addresses = new Set(ended.map(({ address }) => address));
    const refusal = refusalWords(invocation, run, subject);
    if (ended.length === 0) {
      invocation.world.tell(`exact: ${noEntry(subject, pairs)}${refusal && `; ${refusal}`}`);
      continue;
    }
    const count = countWords(addresses.size, 'address', 'addresses');
    say(`${would} ${count}${subjectWords(subject)}${refusal && `, ${refusal}`}`);
    if (subject.kind !== 'user') continue;
    for (const address of addresses) {
      const other = pairs.find((pair) => pair.address === address && !covers(subject, pair));
      if (other !== undefined) say(`  ${address} stays: ${other.user} logged in from it too`);
    }
  }
  if (revoked.length > 0 && isPublished) {
    say('  maps published; SMTP sessions already open keep the right until they end');
  }
}

function subjectWords({ kind, what }: Revocation): string {
  if (kind === 'all') return '';
  return kind === 'user' ? ` of ${what}` : what.includes('/') ? ` in ${what}` : ` (${what})`;
}

function refusalWords(invocation: Invocation, run: WritingRun, { kind, at, until }: Revocation): string {
  if (until <= at) return '';
  const end = clockWords(until, invocation.now, run.settings.timezone);
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
  const local = (name: string) => foldUser(name).split('@')[0];
  const like = pairs.find((pair) => local(pair.user) === local(what));
  if (like === undefined) return `no entry of user '${what}'`;
  const count = new Set(pairs.filter(({ user }) => user === like.user).map(({ address }) => address)).size;
  return `no entry of user '${what}'; did you mean '${like.user}' (${countWords(count, 'address', 'addresses')})?`;
}
