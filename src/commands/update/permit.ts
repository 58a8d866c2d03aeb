/**
 * `exact update --permit ADDRESS`: somebody who cannot log in just now is let in by hand, for a time. It is a run of its
 * own, which reads no log, and waits for one that is under way: whoever is on the telephone is not to try twice.
 */
import { configure } from '../../config/configured.ts';
import { instantOf } from '../../config/since.ts';
import { ExitStatus } from '../../exit-status.ts';
import { nameOfCaller } from '../../host/name-of-caller.ts';
import { Failure } from '../../problem.ts';
import { type Address, isAddress, parseAddress } from '../../relay/address.ts';
import { addPermit, livingPermits, longestPermit, type Permit, permitRefusal } from '../../relay/permit.ts';
import { voidUpTo } from '../../relay/revocation.ts';
import { beginPatiently } from '../../run/begin-run.ts';
import type { Run } from '../../run/run.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { clockWords, durationWords } from '../../terminal/words.ts';
import type { UpdateInvocation } from './options.ts';

/** Lets an address in; exit status 1 if it may not be. */
export async function updateByPermit(invocation: UpdateInvocation): Promise<ExitStatus> {
  const asked = askedPermit(invocation);
  const configured = configure(invocation);
  if (configured === undefined) return invocation.status;
  const run = await beginPatiently(() => invocation.again(), configured.settings, { sumsUpRevoked: true });
  run.meet(configured.warnings);
  const { now } = run.context.invocation;
  const permit = { ...asked, at: now, until: now + (asked.until - asked.at) };
  const refusal = await refusalOf(run, permit);
  if (refusal !== undefined) {
    const status = await run.end();
    sayRefused(invocation, permit, refusal);
    return status === ExitStatus.ok ? ExitStatus.no : status;
  }
  run.context.permit(permit);
  await run.pass({ evenIfIdle: true });
  run.outcomes.admit(permit);
  sayPermitted(invocation, run, permit);
  return run.end();
}

/** Returns what the command line asks for, or throws a {@link Failure} with exit status 64. */
function askedPermit(invocation: UpdateInvocation): Permit {
  const { now } = invocation;
  const address = addressOf(invocation.value('permit') ?? '');
  const user = invocation.value('user') ?? '';
  if (user === '') throw usage('--user', 'names nobody', 'name the user who asked');
  const until = instantOf(invocation, 'for', undefined) ?? now;
  if (until > now + longestPermit) {
    const what = `'${invocation.value('for')}' is longer than ${durationWords(longestPermit)}`;
    throw usage('--for', what, "name a client that may always relay in the MTA's own configuration");
  }
  return {
    address,
    user,
    at: now,
    until,
    by: nameOfCaller(invocation),
    note: invocation.value('note') ?? '',
  };
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (isAddress(address)) return address;
  throw usage('--permit', `'${text}' is ${address.reason}`, 'name one address');
}

function usage(where: string, what: string, fix: string): Failure {
  return new Failure({ status: ExitStatus.usage, where, what, fix });
}

/** Returns why an address is not let in; undefined if it may be. */
async function refusalOf(run: Run, permit: Permit): Promise<string | undefined> {
  const { policy, settings, permits } = run.context;
  const { address, user } = permit;
  const refusal = permitRefusal(address, policy);
  if (refusal !== undefined) return refusal.reason;
  const revocation = policy.voidUntil(address, user);
  if (revocation !== undefined && voidUpTo(revocation) >= policy.now) {
    const { what, kind, by, until } = revocation;
    if (until <= policy.now) return `${what} is being revoked by ${by}; try again`;
    const subject = kind === 'all' ? '--all' : kind === 'user' ? `--user ${what}` : what;
    const end = clockWords(until, policy.now, settings.timezone);
    return `${what} is refused until ${end}, by ${by}; exact expire --undo ${subject} ends that`;
  }
  const { maxEntries } = settings;
  const count = livingPermits(addPermit(permits, permit), policy).length;
  const isFull = count + (await livingPairs(run, maxEntries - count)) > maxEntries;
  return isFull ? `max-entries ${maxEntries} is reached` : undefined;
}

/** Returns how many pairs live; of a table that has surely room for `most` they are not counted one by one. */
async function livingPairs(run: Run, most: number): Promise<number> {
  const { saved, startsAfresh, policy } = run.context;
  if (!startsAfresh && saved.entries <= most) return saved.entries;
  let living = 0;
  await run.visitPairs((stream) => {
    if (stream.expiry(policy) > policy.now) living++;
  });
  return living;
}

function sayRefused(invocation: UpdateInvocation, { address, user }: Permit, reason: string): void {
  if (invocation.has('json')) {
    invocation.mention(`${JSON.stringify({ outcome: 'refused', address, user, reason })}\n`);
  } else invocation.remark(`${address}: not permitted: ${invocation.repeat(reason)}`);
}

function sayPermitted(invocation: UpdateInvocation, run: Run, { address, user, at, until }: Permit): void {
  // With --json the outcome itself has been written.
  if (invocation.has('json')) return;
  const would = invocation.has('dry-run') ? 'would permit' : 'permitted';
  const end = clockWords(until, at, run.context.settings.timezone);
  const words = `${would} ${address} for ${user}, until ${end} (${durationWords(until - at)})`;
  invocation.mention(`${escapeControls(words)}\n`);
  if (run.isPublished)
    invocation.mention(`  maps published; ${invocation.repeat(`exact expire ${address} ends it earlier`)}\n`);
}
