/** `exact expire`: expiry alone, or revoking an address, a network, a user or everything at once. */
import type { Command } from '../../cli/command.ts';
import { checkReplay, isConfigured, loadConfiguration } from '../../config/configured.ts';
import { instantOf } from '../../config/since.ts';
import { ExitStatus } from '../../exit-status.ts';
import { nameOfCaller } from '../../host/name-of-caller.ts';
import { Failure } from '../../problem.ts';
import { foldUser, type Pair } from '../../relay/pair.ts';
import { asPair, livingPermits } from '../../relay/permit.ts';
import { addRevocation, endRefusal, type Revocation } from '../../relay/revocation.ts';
import { beginRun } from '../../run/begin-run.ts';
import type { Run } from '../../run/run.ts';
import { namedNetworks } from '../named-networks.ts';
import { type ExpireInvocation, type ExpireOption, expireModes, expireOptions } from './options.ts';
import {
  forgottenWords,
  printRevoked,
  printUndone,
  tellNotForgotten,
  tellNotUndone,
  tellUnrevoked,
} from './print-revoked.ts';

/** The command `expire`. */
export const expireCommand: Command<ExpireOption> = {
  name: 'expire',
  summary: 'take out what has expired; or revoke an address, network or user at once',
  operands: {
    name: 'ADDRESS',
    summary: 'addresses and networks (192.0.2.0/24) to revoke; - reads them from standard input',
  },
  options: expireOptions,
  modes: expireModes,
  examples: [
    ['expire', 'take out what has expired, at boot before the MTA starts'],
    ['expire 198.51.100.7', 'revoke one address; its next login counts again'],
    ['expire --user alice --for 24h', 'a stolen password: revoke, and refuse logins for a day'],
    ['expire --undo 203.0.113.0/24', 'undo a mistake'],
  ],
  run,
};

async function run(invocation: ExpireInvocation): Promise<ExitStatus> {
  checkReplay(invocation);
  const subjects = await subjectsOf(invocation);
  const options = { sumsUpRevoked: subjects.length > 0 };
  const loaded = loadConfiguration(invocation);
  const run = isConfigured(loaded)
    ? beginRun(invocation, loaded.settings, options)
    : (await import('../../run/last-good.ts')).beginByLastGood(invocation, loaded, options);
  if (run === undefined) return invocation.status;
  const gone = invocation.value('forget-host');
  if (gone !== undefined) return forgetHost(run, gone);
  if (invocation.has('undo')) return undo(run, subjects);
  return subjects.length === 0 ? expireOnly(run) : revoke(invocation, run, subjects);
}

/** Returns what the command line asks to revoke, as revocations. */
async function subjectsOf(invocation: ExpireInvocation): Promise<Revocation[]> {
  const { now } = invocation;
  const until = instantOf(invocation, 'for', undefined) ?? now;
  const times = { at: now, until, by: nameOfCaller(invocation) };
  const subjects: Revocation[] = [];
  // "$ADDR" with nothing in it: told by what is said in the end
  const named = invocation.operands.filter((operand) => operand !== '');
  const networks = await namedNetworks({ operands: named, world: invocation.world }, seeHelp);
  for (const { text } of networks) subjects.push({ kind: 'network', what: text, ...times });
  for (const user of invocation.values('user')) {
    if (user === '') throw usage('--user', 'names nobody');
    subjects.push({ kind: 'user', what: foldUser(user), ...times });
  }
  if (invocation.has('all')) subjects.push({ kind: 'all', what: '*', ...times });
  return subjects;
}

const seeHelp = 'see exact expire --help';

function usage(where: string, what: string): Failure {
  return new Failure({ status: ExitStatus.usage, where, what, fix: seeHelp });
}

async function expireOnly(run: Run): Promise<ExitStatus> {
  const { invocation } = run.context;
  await run.pass({ evenIfIdle: true });
  const { expired } = run.outcomes.counts;
  // `expire $ADDR` of an empty variable comes as no word at all: whoever types it should not take it for success.
  const mayBeSlip = invocation.operands.length > 0 || invocation.world.stdout.isTerminal;
  if (invocation.has('verbose') || invocation.has('dry-run') || mayBeSlip) {
    const note = mayBeSlip ? '; nothing revoked (no ADDRESS given)' : '';
    run.outcomes.say(`expired ${expired} ${expired === 1 ? 'entry' : 'entries'}${note}`);
  }
  return run.end();
}

async function revoke(
  invocation: ExpireInvocation,
  run: Run,
  subjects: readonly Revocation[],
): Promise<ExitStatus> {
  const { context } = run;
  context.revoke(subjects.reduce(addRevocation, context.neededRevocations));
  const before = subjects.some(({ kind }) => kind === 'user') ? await relayingPairs(run) : [];
  await run.pass({ evenIfIdle: true });
  printRevoked(run, subjects, before);
  tellUnrevoked(run);
  const status = await run.end();
  if (status !== ExitStatus.ok) return status;
  return run.outcomes.revoked.length > 0 || invocation.has('for') ? ExitStatus.ok : ExitStatus.no;
}

/** Returns the pairs on disk that relay: who else is at an address of a user, and what names are like the user's. */
async function relayingPairs(run: Run): Promise<Pair[]> {
  const { policy } = run.context;
  const pairs: Pair[] = [];
  await run.visitPairs((stream) => {
    if (stream.expiry(policy) > policy.now) pairs.push(stream.pair());
  });
  return [...pairs, ...livingPermits(run.context.permits, policy).map(asPair)];
}

async function forgetHost(run: Run, name: string): Promise<ExitStatus> {
  const found = await run.forgetHost(name);
  const words = forgottenWords(name, found);
  if (words !== undefined) run.outcomes.say(words);
  if (found !== undefined) tellNotForgotten(run, found);
  const status = await run.end();
  return status === ExitStatus.ok && found?.isFound !== true ? ExitStatus.no : status;
}

async function undo(run: Run, subjects: readonly Revocation[]): Promise<ExitStatus> {
  const { invocation, revocations } = run.context;
  const isMeant = (revocation: Revocation) =>
    subjects.some(({ kind, what }) => kind === revocation.kind && what === revocation.what);
  const isRefusing = (revocation: Revocation) => isMeant(revocation) && revocation.until > invocation.now;
  const own = revocations.filter(isRefusing);
  const elsewhere = run.context.elsewhere.filter(isRefusing);
  const ended = [...own, ...elsewhere];
  if (elsewhere.length > 0) await run.undoInTables(subjects);
  if (own.length > 0) {
    run.context.revoke(
      revocations.map((revocation) =>
        ended.includes(revocation) ? endRefusal(revocation, invocation.now) : revocation,
      ),
    );
  }
  printUndone(invocation, subjects, ended);
  await run.share();
  tellNotUndone(run, own.length > 0 && elsewhere.length === 0);
  const status = await run.end();
  if (status !== ExitStatus.ok) return status;
  return ended.length > 0 ? ExitStatus.ok : ExitStatus.no;
}
