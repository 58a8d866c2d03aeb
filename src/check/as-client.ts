/**
 * `exact update --check --as ADDRESS`: would the mail of this client be taken, and if not, what refuses it? Its
 * conversation with each MTA of this host is played up to RCPT, and beside it that of a client which may not relay.
 */
import { configure } from '../config/configured.ts';
import type { Settings } from '../config/settings.ts';
import { type AddressFacts, factsOf } from '../diagnose/address-facts.ts';
import { openTable, type Table } from '../diagnose/open-table.ts';
import { clock, whyNot } from '../diagnose/why-not.ts';
import { ExitStatus } from '../exit-status.ts';
import { clientNameOf } from '../host/client-name.ts';
import type { Invocation } from '../host/invocation.ts';
import { type Dialogue, isSayable, type Played } from '../mtas/dialogue.ts';
import { mtas } from '../mtas/mtas.ts';
import { Failure } from '../problem.ts';
import { type Address, isAddress, parseAddress } from '../relay/address.ts';
import { hostRefusal } from '../relay/refusal.ts';
import { type PlayedClient, reportPlayed } from './report-played.ts';

/** A call that asks for it. */
export type AsClientInvocation = Invocation<'as' | 'helo' | 'sender' | 'recipient'>;

/** As old mail programs say it, which have no better name. */
const usualHelo = 'laptop';

/** In a domain that no MTA has: to take mail for it is to relay. */
const usualRecipient = 'somebody@remote.example';

/** Plays both conversations; exit status 1 if an MTA would refuse the client, or would relay for the other one. */
export async function checkAsClient(invocation: AsClientInvocation): Promise<ExitStatus> {
  const address = askedAddress(invocation);
  const words = {
    helo: sayable(invocation, 'helo', usualHelo),
    recipient: sayable(invocation, 'recipient', usualRecipient),
  };
  const sender = invocation.value('sender') === undefined ? undefined : sayable(invocation, 'sender', '');
  const configured = configure(invocation);
  if (configured === undefined) return invocation.status;
  const { settings, warnings } = configured;
  for (const warning of warnings) invocation.report(warning);
  const table = openTable(invocation, settings);
  const [stranger, factOf] = strangerTo(table, address);
  const facts = factOf(address);
  const mayRelay = facts.now?.relays === true;
  const said = { ...words, sender: sender ?? senderOf(facts) };
  const client: PlayedClient = {
    address,
    mayRelay,
    why: mayRelay ? sinceWords(table, facts) : whyNot(table, address, facts).text,
    played: await playAll({ ...said, address, mayRelay, name: await clientNameOf(address) }, settings),
  };
  const other: PlayedClient = {
    address: stranger,
    mayRelay: false,
    why: 'made up',
    // Nobody has that address, so it has no name.
    played: await playAll(
      { ...said, address: stranger, mayRelay: false, name: { isTemporary: false } },
      settings,
    ),
  };
  if (client.played.length === 0) throw nobodyPlays(invocation, address);
  return reportPlayed(invocation, client, other) ? ExitStatus.ok : ExitStatus.no;
}

async function playAll(dialogue: Dialogue, settings: Settings): Promise<PlayedClient['played']> {
  const all: { readonly mta: string; readonly played: Played }[] = [];
  for (const { name: mta, play } of mtas) {
    for (const played of (await play?.(dialogue, settings)) ?? []) all.push({ mta, played });
  }
  return all;
}

function askedAddress(invocation: AsClientInvocation): Address {
  const text = invocation.value('as') ?? '';
  const address = parseAddress(text);
  if (isAddress(address)) return address;
  throw usage('--as', `'${text}' is ${address.reason}`, 'name one address');
}

function sayable(
  invocation: AsClientInvocation,
  option: 'helo' | 'sender' | 'recipient',
  usual: string,
): string {
  const text = invocation.value(option) ?? usual;
  if (isSayable(text) && (option !== 'recipient' || /^[^@]+@[^@]+$/.test(text))) return text;
  const example = option === 'helo' ? 'laptop.example.org' : 'alice@example.org';
  throw usage(`--${option}`, `'${text}' cannot be said as it is`, `write it plainly: ${example}`);
}

function usage(where: string, what: string, fix: string): Failure {
  return new Failure({ status: ExitStatus.usage, where, what, fix });
}

function nobodyPlays(invocation: AsClientInvocation, address: Address): Failure {
  const call = `exact update --check --as ${address}${invocation.has('json') ? ' --json' : ''}`;
  const isRoot = process.getuid?.() === 0;
  const missing = 'none of Postfix, Exim, Sendmail and OpenSMTPD is installed';
  return new Failure({
    status: ExitStatus.unavailable,
    where: '--as',
    what: 'no MTA of this host can be asked',
    why: isRoot ? missing : `${missing}, or their programs do not answer this account`,
    fix: isRoot ? `ask on the host that takes the mail: ${call}` : `sudo ${call}`,
  });
}

/** Who has logged in sends, as a rule, by the name that was given then. What a log says is not said unless it is plain. */
function senderOf({ now }: AddressFacts): string {
  const user = now?.users[0]?.user ?? '';
  return isSayable(user) && /^[\w.+-]+(?:@[\w.-]+)?$/.test(user) ? user : 'postmaster';
}

function sinceWords(table: Table, { now }: AddressFacts): string {
  const { user = '', last = 0 } = now?.users[0] ?? {};
  return `login of ${user} ${clock(table, last)}`;
}

/** Returns an address of the same family, of a network for examples, that nobody has logged in from. */
function strangerTo(
  table: Table,
  address: Address,
): [stranger: Address, factOf: (address: Address) => AddressFacts] {
  const examples = Array.from({ length: 50 }, (_each, index) =>
    address.includes(':') ? `2001:db8:${(0xbad0 + index).toString(16)}::1` : `203.0.113.${index + 1}`,
  );
  const factOf = factsOf(table, new Set([address, ...examples]), undefined);
  const isFree = (each: Address) =>
    each !== address && factOf(each).now === undefined && hostRefusal(each, table.policy) === undefined;
  return [examples.find(isFree) ?? usualStranger(address), factOf];
}

function usualStranger(address: Address): Address {
  return address.includes(':') ? '2001:db8:bad::1' : '203.0.113.200';
}
