/**
 * A stanza in the form of EXACT 1.41 for lines whose users are known: POSIX extended regular expressions over whole lines,
 * with a group for the user and one for the address, and no more, since `order` counts them. No month, day or host of the
 * sample is in it, and each of its parts has an end.
 */
import type { Rule } from '../../rules/rule.ts';
import { parseEnvelope } from '../../syslog/envelope.ts';
import { commonSource } from '../common-source.ts';
import { addressForm, findClient, isClientLine, successWords } from '../suggest/client-line.ts';
import type { SampleLine } from '../trial.ts';

/** A line as the parts around its user and its address. */
interface Parted {
  readonly text: string;
  readonly isUserFirst: boolean;
  readonly hasPort: boolean;
  readonly parts: readonly [before: string, between: string, after: string];
}

const user = '(.{1,255})';
const address = '([0-9A-Fa-f:.]{2,45})';
/** Of an address with a port behind it the group must not take the port. */
const addressBeforePort = '([0-9]{1,3}[.][0-9.]{5,11})';

/** Returns the lines of a stanza; undefined where the lines have too little in common. */
export async function originalStanza(
  rule: Rule,
  lines: readonly SampleLine[],
  { programs, users }: { readonly programs: readonly string[]; readonly users: readonly string[] },
): Promise<readonly string[] | undefined> {
  const kinds = new Map<string, Parted[]>();
  for (const { text } of lines) {
    const record = parseEnvelope(text);
    const found = record && findClient(record.message, users);
    if (record === undefined || found === undefined || !isClientLine(found)) continue;
    const { client } = found;
    const offset = text.length - record.message.length;
    const isUserFirst = found.user.start < client.start;
    const [first, second] = isUserFirst ? [found.user, client] : [client, found.user];
    const { hasPort, isBracketed } = addressForm(record.message, client);
    const parted: Parted = {
      ...{ text, isUserFirst, hasPort: hasPort && !isBracketed },
      parts: [
        text.slice(0, offset + first.start),
        text.slice(offset + first.end, offset + second.start),
        text.slice(offset + second.end),
      ],
    };
    const words = successWords(record.message, [found.user, ...found.repeated]);
    const kind = `${words} ${isUserFirst} ${parted.hasPort}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), parted]);
  }
  const alike = [...kinds.values()];
  const isUserFirst = alike[0]?.[0]?.isUserFirst;
  // One order for all of a stanza.
  if (alike.length === 0 || alike.some(([one]) => one?.isUserFirst !== isUserFirst)) return undefined;
  const sources = alike.map((kind) => sourceOf(rule, kind));
  if (sources.includes(undefined)) return undefined;
  return [
    `    program  ${programs.join(' ')}`,
    `    order    ${isUserFirst === true ? 'user host' : 'host user'}`,
    ...sources.map((source) => `    match    ${source}`),
  ];
}

function sourceOf(rule: Rule, kind: readonly Parted[]): string | undefined {
  const [first] = kind;
  const commons = [0, 1, 2].map((index) => {
    const source = commonSource(
      rule,
      kind.map(({ text, parts }) => ({ text, part: parts[index] ?? '' })),
    );
    return source === undefined ? undefined : bounded(source);
  });
  const [before, between, after] = commons;
  if (first === undefined || before === undefined || between === undefined || after === undefined)
    return undefined;
  const client = first.hasPort ? addressBeforePort : address;
  const groups = first.isUserFirst ? [user, client] : [client, user];
  return `^${before}${groups[0]}${between}${groups[1]}${after}$`;
}

/** Gives every part that is repeated an end. What is special by itself has a backslash before it. */
function bounded(source: string): string {
  const most = (mark: string) => (mark === '+' ? '{1,80}' : '{0,80}');
  return source.replace(/(\\.)|([+*])/g, (all, escaped, mark) =>
    escaped === undefined ? most(mark ?? all) : escaped,
  );
}
