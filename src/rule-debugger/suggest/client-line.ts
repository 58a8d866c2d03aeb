/** A line that names a user and an address, with where they stand: what a rule is made from. */
import type { LogRecord } from '../../syslog/envelope.ts';
import { failureWord } from '../failure-words.ts';
import { addressesIn, type Mention } from '../mentions.ts';
import type { Span } from '../pattern.ts';
import { type KnownPart, type Token, tokensOf } from './token.ts';

/** Where user and client stand in a message. */
export interface ClientLine {
  readonly user: Span;
  readonly client: Mention;
  /** Other places where the user's name stands. */
  readonly repeated: readonly Span[];
}

/** Why a message is of no use, though it has a user's name. */
export interface NoClientLine {
  readonly why: 'no address' | 'several addresses' | 'a failure' | 'an end' | 'no success';
  /** The word or the addresses that say so. */
  readonly what: string;
}

const end =
  /\b(?:log(?:ged)? ?out|disconnect\w*|clos(?:e|ed|ing)|quit\w*|bye|statistics|stats|time-?out|end(?:ed|s)?|done|finished|complete[ds]?)\b/i;
const attempt = /\b(?:attempt\w*|trying|tries|request\w*|start(?:ed|ing)? auth\w*)\b/i;
const success =
  /\b(?:log(?:ged|s)?[- ]?(?:in|on)|logins?|ok|success\w*|accept\w*|auth\w*|pass(?:ed)?|granted|opened?|valid|welcome)\b/gi;

const keyOfUser = /(?:\b(?:user(?:name)?|login|name|account|acct|mailbox|u|id|for))[=: ]{0,2}["'<`[(]?$/i;
const keyOfServer =
  /(?:\b(?:lip|laddr|local\w*|server\w*|dst|dest\w*|to|via|listen\w*|backend|upstream)\W{0,3}|-> ?)$/i;
/** A host's name may stand between the word and the address in brackets. */
const keyOfClient =
  /\b(?:rip|raddr|peer|client|from|remote\w*|src|source|ip|addr(?:ess)?|host|oip)(?:\W{0,3}|[=: ]{1,2}\S+ ?[[(])$/i;

/**
 * Returns where the first of some users, none of them '', and its client stand; undefined for a message that names
 * none of them.
 */
export function findClient(message: string, users: readonly string[]): ClientLine | NoClientLine | undefined {
  const places = users.map((user) => placesOf(message, user)).find(({ length }) => length > 0);
  if (places === undefined) return undefined;
  const user = places.find(({ start }) => keyOfUser.test(message.slice(0, start))) ?? (places[0] as Span);
  const repeated = places.filter((place) => place !== user);
  const failure = failureWord(message, places);
  if (failure !== undefined) return { why: 'a failure', what: failure };
  const rest = blanked(message, places);
  const over = end.exec(rest) ?? attempt.exec(rest);
  if (over !== null) return { why: 'an end', what: over[0] };
  const addresses = addressesBeside(message, places);
  if (addresses.length === 0) return { why: 'no address', what: '' };
  const client = clientOf(message, addresses);
  if (client === undefined) {
    return { why: 'several addresses', what: addresses.map(({ address }) => address).join(' and ') };
  }
  if (successWords(message, places) === '') return { why: 'no success', what: '' };
  return { user, client, repeated };
}

/** Reports whether a message is of use. */
export function isClientLine(found: ClientLine | NoClientLine): found is ClientLine {
  return 'client' in found;
}

/**
 * Returns the words by which a message says that a login succeeded, '' if none does. Messages that say it in
 * other words are of another kind, and get an expression of their own.
 */
export function successWords(message: string, chosen: readonly Span[]): string {
  return [...blanked(message, chosen).matchAll(success)].map(([word]) => word.toLowerCase()).join(' ');
}

/** Returns how an address is written: alone, in brackets, with a port. */
export function addressForm(
  message: string,
  { start, end: stop }: Span,
): { isBracketed: boolean; hasPort: boolean } {
  const isBracketed = message[start - 1] === '[' && message[stop] === ']';
  return { isBracketed, hasPort: /^:\d{1,5}(?!\w)/.test(message.slice(isBracketed ? stop + 1 : stop)) };
}

/** Returns where the name of the host that has written a text stands in it; '' stands nowhere. */
export function hostPlaces(text: string, host: string): KnownPart[] {
  return host === '' ? [] : placesOf(text, host).map((span) => ({ ...span, kind: 'host' }));
}

/**
 * Returns the tokens of a record's message; brackets and port are part of every address but the client's, and with
 * `isPeer` of that too.
 */
export function tokensWithClient(
  { message, host }: Pick<LogRecord, 'message' | 'host'>,
  found: ClientLine,
  isPeer: boolean,
): readonly Token[] {
  const { user, client, repeated } = found;
  const others = addressesBeside(message, [user, ...repeated]).filter(({ start }) => start !== client.start);
  const known: KnownPart[] = [
    { ...user, kind: 'user' },
    { ...(isPeer ? widened(message, client) : { start: client.start, end: client.end }), kind: 'client' },
    ...repeated.map((span): KnownPart => ({ ...span, kind: 'varying' })),
    ...others.map((span): KnownPart => ({ ...widened(message, span), kind: 'address' })),
  ];
  const hosts = hostPlaces(message, host).filter((place) => !known.some((one) => overlaps(place, one)));
  return tokensOf(
    message,
    [...known, ...hosts].sort((a, b) => a.start - b.start),
  );
}

function widened(message: string, address: Span): Span {
  const { isBracketed, hasPort } = addressForm(message, address);
  const edge = isBracketed ? 1 : 0;
  const [port = ''] = hasPort ? (/^:\d{1,5}/.exec(message.slice(address.end + edge)) ?? []) : [];
  return { start: address.start - edge, end: address.end + edge + port.length };
}

/** Where a user's name stands by itself: 'bob' is no part of 'bobby', 'bob@example.org' or 'x.bob'. */
function placesOf(message: string, user: string): Span[] {
  const places: Span[] = [];
  for (let start = message.indexOf(user); start >= 0; start = message.indexOf(user, start + 1)) {
    const stop = start + user.length;
    const isWithin = /[\w.@+]/.test(message[start - 1] ?? '') || /^(?:[\w@+]|\.\w)/.test(message.slice(stop));
    if (!isWithin) places.push({ start, end: stop });
  }
  return places;
}

function clientOf(message: string, addresses: readonly Mention[]): Mention | undefined {
  const before = ({ start }: Mention): string => message.slice(Math.max(0, start - 80), start);
  const remote = addresses.filter((one) => !keyOfServer.test(before(one)));
  const named = remote.filter((one) => keyOfClient.test(before(one)));
  return [addresses, remote, named].find(({ length }) => length === 1)?.[0];
}

/**
 * The addresses in a message, but for those in the user's name, and for the name of a host: of a name and an
 * address in brackets, the name is whatever the client's reverse DNS says, an address even.
 */
function addressesBeside(message: string, places: readonly Span[]): readonly Mention[] {
  const all = addressesIn(message).filter((one) => !places.some((place) => overlaps(one, place)));
  return all.filter(({ end }, index) => {
    const next = all[index + 1];
    return next === undefined || !/^[\w.\])-]* ?[[(]$/.test(message.slice(end, next.start));
  });
}

function blanked(message: string, spans: readonly Span[]): string {
  let text = message;
  for (const { start, end: stop } of spans)
    text = text.slice(0, start) + ' '.repeat(stop - start) + text.slice(stop);
  return text;
}

function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}
