/** Why an address may not relay, in the words of every answer: policy, the table, what was, what is to come. */
import type { Address } from '../relay/address.ts';
import { crowdWords } from '../relay/crowd.ts';
import type { Entry } from '../relay/entry.ts';
import { overLimitWords } from '../relay/max-addresses-per-user.ts';
import { permitServer } from '../relay/permit.ts';
import { addressRefusal } from '../relay/refusal.ts';
import { voidUpTo } from '../relay/revocation.ts';
import type { PastEntry } from '../state/history-file.ts';
import { clockWords, durationWords } from '../terminal/words.ts';
import type { AddressFacts } from './address-facts.ts';
import type { Table } from './open-table.ts';

/** Why an address may not relay now. Text from a log is in it as it is: to be escaped. */
export interface Reason {
  readonly text: string;
  /** The next run will let it relay. */
  readonly isNotYet?: boolean;
  /** Nobody has logged in from it: only who sends from it may tell more. */
  readonly isUnknown?: boolean;
  /** What was known of it last, where that is why. */
  readonly past?: PastEntry;
}

/** Returns why an address may not relay that does not. */
export function whyNot(table: Table, address: Address, facts: AddressFacts): Reason {
  const { policy } = table;
  const refusal = addressRefusal(address, policy);
  if (refusal !== undefined) return { text: refusal.reason };
  if (facts.next?.relays === true) return { text: notYetWords(table, facts.next), isNotYet: true };
  const entry = facts.now ?? facts.next;
  if (entry !== undefined) return { text: heldBackWords(table, entry) };
  const revocation = policy.voidUntil(address, '');
  if (revocation !== undefined && voidUpTo(revocation) >= policy.now) {
    const what = revocation.kind === 'all' ? 'every address' : revocation.what;
    return { text: `${what} is refused until ${clock(table, revocation.until)}, by ${revocation.by}` };
  }
  if (facts.waiting !== undefined) {
    const { login, refusal } = facts.waiting;
    const when = `${clock(table, login.time)}, ${ago(table, login.time)}`;
    return { text: `login of ${login.user} ${when}; the next run refuses it: ${refusal.reason}` };
  }
  if (facts.past === undefined)
    return { text: 'no login from this address in the last 24 h', isUnknown: true };
  const { user, server, login, kind } = facts.past;
  const next = kind === 'revoked' ? '; the next login counts' : '';
  const what = server === permitServer ? `permit for ${user}` : `login of ${user} (${server})`;
  return {
    text: `${what} ${clock(table, login)}, ${endWords(table, facts.past)}${next}`,
    past: facts.past,
  };
}

/** What a login in the unread end of the log says of an address: `login of alice 10:50:41, 12 s ago; …`. */
export function notYetWords(table: Table, { users: [newest] }: Entry, isOfUser = false): string {
  const { user = '', last = 0 } = newest ?? {};
  const whose = isOfUser ? '' : ` of ${user}`;
  return `login${whose} ${clock(table, last)}, ${ago(table, last)}; the next run publishes it`;
}

/** How an entry ended, or was refused: `expired 10:32:11, 18 min ago`. */
export function endWords(table: Table, { kind, time, reason }: PastEntry): string {
  const was = kind === 'revoked' ? 'was revoked' : kind;
  return `${was} ${clock(table, time)}, ${ago(table, time)}${reason === '' ? '' : `: ${reason}`}`;
}

/** An instant as it is told to people, Unix seconds. */
export function clock({ settings, policy }: Table, seconds: number): string {
  return clockWords(seconds, policy.now, settings.timezone);
}

function ago({ policy }: Table, seconds: number): string {
  return `${durationWords(policy.now - seconds)} ago`;
}

/** Why an entry of the table does not relay. */
function heldBackWords(table: Table, { users, crowd }: Entry): string {
  const { maxAddressesPerUser: limit, maxUsersPerAddress } = table.settings;
  const { user = '', last = 0 } = users[0] ?? {};
  const when = `refused ${clock(table, last)}`;
  if (crowd !== undefined) return `${when}: ${crowdWords(crowd, maxUsersPerAddress)}`;
  return `${when}: ${overLimitWords(limit)} (${user} has ${limit})`;
}
