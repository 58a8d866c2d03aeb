/**
 * A client's conversation with each service of Postfix that serves the table's clients: with smtpd itself where this host
 * may speak for others (XCLIENT), or else as its lists of restrictions read, of which nothing is asked then.
 */
import type { Settings } from '../../config/settings.ts';
import { answerOf } from '../../host/ask.ts';
import { readText } from '../../host/read-text.ts';
import { contains, isNetwork, parseNetwork } from '../../relay/network.ts';
import {
  type Answer,
  addressAt,
  clientWords,
  type Dialogue,
  judged,
  type Played,
  type PlayedStep,
  stepNames,
} from '../dialogue.ts';
import { screenTests } from './beside-lists.ts';
import { explainRefusal } from './explain-refusal.ts';
import type { NamedTable } from './lookups.ts';
import { type Parameters, readPostfix } from './main-cf.ts';
import { verdictOf } from './refusing.ts';
import { entrancesOf } from './services.ts';
import { inNetworks, looksIn, lookupsOf, tableFor } from './tables.ts';
import { holdByXclient, type Listener } from './xclient.ts';

/** By which lists each step is decided; none is asked before RCPT as a rule (`smtpd_delay_reject`). */
const listsOf = {
  client: ['smtpd_client_restrictions'],
  HELO: ['smtpd_helo_restrictions'],
  MAIL: ['smtpd_sender_restrictions'],
  RCPT: ['smtpd_relay_restrictions', 'smtpd_recipient_restrictions'],
} as const satisfies Record<PlayedStep['step'], readonly string[]>;

/** Plays a conversation with Postfix; nothing where it is not installed. */
export async function playPostfix(dialogue: Dialogue, settings: Settings): Promise<Played[]> {
  const types = answerOf('postconf', ['-m'])?.split(/\s+/);
  const config = types === undefined ? undefined : readPostfix();
  if (types === undefined || config === undefined) return [];
  const { open, screen } = entrancesOf(config);
  const family = dialogue.address.includes(':') ? 'ipv6' : 'ipv4';
  const table = tableFor(family, lookupsOf(settings), open, types);
  const serving = open.filter((service) => table !== undefined && looksIn(service, table));
  const played: Played[] = [];
  for (const service of serving.length > 0 ? serving : open) {
    const sender = addressAt(dialogue.sender, domainOf(service));
    const whole = { ...dialogue, sender };
    const replies = await askService(service, whole);
    const before = service.name.endsWith('/pass') ? screen : undefined;
    played.push(
      replies === undefined
        ? { way: `${service.name}, its lists read`, steps: readSteps(service, before, whole, table) }
        : { way: `${service.name}, by XCLIENT`, steps: repliedSteps(whole, replies) },
    );
  }
  return played;
}

async function askService(service: Parameters, dialogue: Dialogue): Promise<string[] | undefined> {
  const listener = listenerOf(service);
  if (listener === undefined || service.words('smtpd_authorized_xclient_hosts').length === 0)
    return undefined;
  return holdByXclient(listener, dialogue);
}

/** `192.0.2.1:smtp/inet`, `[::1]:25/inet`, `smtp/inet`; a service behind postscreen hears no client by itself. */
function listenerOf(service: Parameters): Listener | undefined {
  const [, host, port = ''] = /^(?:\[?([^[\]/]+?)\]?:)?([^:/]+)\/inet$/.exec(service.name) ?? [];
  const number = port === 'smtp' ? 25 : Number(port);
  if (!Number.isInteger(number) || number === 0) return undefined;
  const [own = 'all'] = service.words('inet_interfaces');
  const loopback = service.words('inet_protocols').join() === 'ipv6' ? '::1' : '127.0.0.1';
  const everywhere = ['all', 'loopback-only', 'localhost'].includes(own);
  return { host: host ?? (everywhere ? loopback : own.replace(/[[\]]/g, '')), port: number };
}

/** `myorigin` may be a file that has the name. */
function domainOf(service: Parameters): string {
  const [origin = ''] = service.words('myorigin');
  if (!origin.startsWith('/')) return origin || 'localhost';
  try {
    return readText(origin).trim().split(/\s/)[0] || 'localhost';
  } catch {
    return 'localhost';
  }
}

function saidAt(dialogue: Dialogue): Readonly<Record<PlayedStep['step'], string>> {
  const { helo, sender, recipient } = dialogue;
  return { client: clientWords(dialogue), HELO: helo, MAIL: `<${sender}>`, RCPT: `<${recipient}>` };
}

function repliedSteps(dialogue: Dialogue, replies: readonly string[]): PlayedStep[] {
  const said = saidAt(dialogue);
  const answers = stepNames.map((step, index): Answer => ({ step, said: said[step], reply: replies[index] }));
  return judged(
    answers,
    ({ reply }) => explainRefusal({ cause: reply }) ?? 'smtpd_relay_restrictions: it may not relay',
  );
}

/** Goes through the lists for a client that the table lets relay, or that nothing does. */
function readSteps(
  service: Parameters,
  screen: Parameters | undefined,
  dialogue: Dialogue,
  table: NamedTable | undefined,
): PlayedStep[] {
  const said = saidAt(dialogue);
  const asked: NamedTable = {
    lookups: [],
    isNamed: () => false,
    answerBy: () => undefined,
    word: '',
    ...table,
    ...(dialogue.mayRelay ? {} : { answerBy: () => undefined }),
    isOurs: (word) => table?.isOurs(word) === true,
  };
  const isOwn = isOwnNetwork(service, dialogue) || (dialogue.mayRelay && inNetworks(service, asked));
  const isHere = isDestination(service, dialogue);
  const steps: PlayedStep[] = [];
  for (const step of stepNames) {
    const tests = step === 'client' && screen !== undefined ? screenTests(screen, asked, isOwn) : [];
    const refusing = listsOf[step].flatMap((list) =>
      verdictOf(list, service.items(list), asked, isOwn)
        .refusing.filter(({ text }) => !(isHere && /^(?:reject|defer)_unauth_destination\b/.test(text)))
        .map((each) => ({ ...each, list })),
    );
    const last = refusing.find(({ isLast }) => isLast);
    const by = [
      ...tests,
      ...(last === undefined ? refusing : [last]).map(({ list, text }) => `${service.place(list)}: ${text}`),
    ];
    const verdict = last !== undefined ? 'refused' : by.length > 0 ? 'may be refused' : 'accepted';
    steps.push({ step, said: said[step], verdict, ...(by.length === 0 ? {} : { by: by.join(', ') }) });
    if (verdict === 'refused') break;
  }
  return steps;
}

/** Whether the address is in a network that `mynetworks` writes out. */
function isOwnNetwork(service: Parameters, { address }: Dialogue): boolean {
  return service.words('mynetworks').some((word) => {
    const network = parseNetwork(word.replace(/[[\]]/g, ''));
    return isNetwork(network) && contains(network, address);
  });
}

/** Whether the recipient is in a domain that Postfix takes mail for from everybody, as far as it is written out. */
function isDestination(service: Parameters, { recipient }: Dialogue): boolean {
  const domain = recipient.slice(recipient.indexOf('@') + 1).toLowerCase();
  const names = ['mydestination', 'relay_domains', 'virtual_mailbox_domains', 'virtual_alias_domains'];
  return names.some((name) => service.words(name).some((word) => word.toLowerCase() === domain));
}
