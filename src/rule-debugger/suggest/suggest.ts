/**
 * Proposes a stanza for a server that no rule knows, from lines of its log and the users who logged in there. On
 * doubt it proposes nothing: what cannot be told from the lines, or could be fooled, an administrator must write.
 */
import { compileStanza } from '../../rules/compile.ts';
import { parseStanzas } from '../../rules/stanza.ts';
import { parseEnvelope } from '../../syslog/envelope.ts';
import { envelopeReach } from '../../syslog/envelope-reach.ts';
import { seenAt } from '../explain/wanted.ts';
import type { SampleLine } from '../trial.ts';
import { findClient, isClientLine, type NoClientLine } from './client-line.ts';
import { prove } from './prove.ts';
import { stanzaSource, type UsedLine } from './stanza-source.ts';
import {
  isProven,
  type NoSuggestion,
  type Proof,
  type Suggestion,
  type SuggestOptions,
} from './suggestion.ts';

/** More lines of a kind say nothing new. */
const mostLines = 300;

/** A user's name is anything; or, where a host's name in brackets before it could be taken for one, not that. */
const userSources = ['%{USER}', String.raw`(?<user>[^\s\[(<].*)`];

/** A line that names a user, and why it is of no use. */
interface UnusedLine {
  readonly line: SampleLine;
  readonly why: NoClientLine;
}

/** Returns a stanza that takes the lines in which the users log in, or why there is none. */
export async function suggestStanza(
  lines: readonly SampleLine[],
  options: SuggestOptions,
): Promise<Suggestion | NoSuggestion> {
  const candidates: UsedLine[] = [];
  const unused: UnusedLine[] = [];
  let unreadable: SampleLine | undefined;
  for (const line of lines) {
    const record = parseEnvelope(line.text);
    const found = findClient(record?.message ?? line.text, options.users);
    if (record === undefined && found !== undefined) unreadable ??= line;
    if (record === undefined || found === undefined) continue;
    if (!isClientLine(found)) unused.push({ line, why: found });
    else if (candidates.length < mostLines) candidates.push({ line, record, found });
  }
  const used = sameEnd(candidates);
  const unclear = unused.filter(({ why }) => why.why === 'several addresses');
  let refusal =
    unreadable !== undefined && unused.length === 0
      ? unreadableRefusal(unreadable)
      : refusalFor(options.users, unclear.length > 0 ? unclear : unused, lines);
  for (const user of used.length === 0 || unclear.length > 0 ? [] : userSources) {
    const stanza = stanzaSource(used, user, options.taken);
    const result = await tryStanza(stanza, lines, { used, unused }, options);
    if (isProven(result)) {
      const leftOut = unused.map(({ line }) => line.context.line);
      return { stanza, from: used.length, leftOut, ...result };
    }
    refusal = result;
  }
  return refusal;
}

/** 'bob smith' is another user than 'bob': what follows the user tells, where most lines agree on it. */
function sameEnd(lines: readonly UsedLine[]): readonly UsedLine[] {
  const endOf = ({ record, found }: UsedLine): string => record.message[found.user.end] ?? '';
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(endOf(line), (counts.get(endOf(line)) ?? 0) + 1);
  const [usual] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  return lines.filter((line) => endOf(line) === usual);
}

async function tryStanza(
  stanza: string,
  lines: readonly SampleLine[],
  { used, unused }: { readonly used: readonly UsedLine[]; readonly unused: readonly UnusedLine[] },
  options: SuggestOptions,
): Promise<Proof | NoSuggestion> {
  const [parsed] = parseStanzas('suggested', stanza).stanzas;
  const { rule } = parsed === undefined ? {} : await compileStanza(parsed, options.timer);
  if (rule === undefined)
    return { reason: 'the lines have too little in common', fix: 'give lines of one kind' };
  const provenance = {
    used: new Map(used.map((one) => [one.line, one])),
    unused: new Set(unused.map(({ line }) => line)),
  };
  return prove(rule, lines, provenance, options);
}

/** A line that names a user, and is in no known form: how far it got. */
function unreadableRefusal({ text, context }: SampleLine): NoSuggestion {
  const { at, wanted, likeness } = envelopeReach(text);
  const like = likeness === undefined ? '' : `; it looks like ${likeness.name}`;
  const place = `at column ${at + 1} wanted ${wanted}, saw ${seenAt(text, at, '')}`;
  return {
    reason: `line ${context.line} names the user, and is no log line in a known form: ${place}${like}`,
    fix: likeness?.fix ?? 'give lines with a stamp, a host and a program',
  };
}

/** What begins as a user that was given, and goes on with a domain: `alice@example.org`, as the log writes it. */
function longerNames(users: readonly string[], lines: readonly SampleLine[]): string[] {
  const found = users.flatMap((user) => {
    for (const { text } of lines) {
      const start = text.indexOf(`${user}@`);
      const before = start > 0 ? text[start - 1] : ' ';
      const domain = start < 0 ? null : /^@[\w.-]*\w/.exec(text.slice(start + user.length));
      if (domain !== null && /[^\w.@-]/.test(before ?? ' ')) return [user + domain[0]];
    }
    return [];
  });
  return [...new Set(found)];
}

function refusalFor(
  users: readonly string[],
  [first]: readonly UnusedLine[],
  lines: readonly SampleLine[],
): NoSuggestion {
  if (first === undefined) {
    const near = longerNames(users, lines);
    const fix =
      near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'give a user as the log writes the name';
    return { reason: `no line names ${users.join(' or ')}`, fix };
  }
  const where = `line ${first.line.context.line}`;
  const { why, what } = first.why;
  switch (why) {
    case 'no address':
      return {
        reason: `${where} names the user and no address`,
        fix: "if it is on another line, write 'connect' and 'match', see exact-servers.conf(5)",
      };
    case 'several addresses':
      return {
        reason: `${where} holds ${what}, and nothing tells which is the client's`,
        fix: 'write the rule with --match',
      };
    case 'no success':
      return { reason: `${where} does not say that a login succeeded`, fix: 'write the rule with --match' };
    default:
      return {
        reason: `${where} says '${what}', which is no login`,
        fix: 'give lines in which the users log in',
      };
  }
}
