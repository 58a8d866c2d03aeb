/** What a hostile client says in the places of a line that are its own to choose: its name, and its host's name. */
import type { Span } from '../pattern.ts';

/** A login line, as far as forging needs it: offsets are in the message. */
export interface Genuine {
  readonly message: string;
  /** The line before the message: stamp, host and tag. */
  readonly envelope: string;
  readonly user?: Span;
  readonly address?: Span;
}

/** Where some reader of logs has ended a line that is none: U+2028 and its like, CR, NEL, VT, FF, NUL. */
const separators = ['\u2028', '\u2029', '\r', '\u0085', '\v', '\f', '\0'] as const;

/** Returns a message with its address replaced, and a port behind it by 1. */
export function withAddress({ message, address }: Genuine, evil: string): string {
  if (address === undefined) return message;
  const after = message.slice(address.end).replace(/^(\]?):\d+/, '$1:1');
  return message.slice(0, address.start) + evil + after;
}

/**
 * Returns names that a user may claim to have: the server's own text for another address, and pieces of it.
 * `examples` are texts in the form of the rule's expressions, with that address.
 */
export function hostileUsers(genuine: Genuine, examples: readonly string[], evil: string): string[] {
  const { envelope } = genuine;
  const whole = withAddress(genuine, evil);
  const tails = tailsOf(genuine, whole, evil);
  const texts = [...new Set([whole, ...examples])];
  const names = [
    ...tails.map((tail) => `x${tail}`),
    ...texts.flatMap((text) => [text, `x ${text}`, `${text} x`, `x#012${text}`]),
    ...['"', "'", '>', ']', ')', ',', ';', ' -'].flatMap((mark) => texts.map((text) => `x${mark} ${text}`)),
    envelope + whole,
    `x ${envelope}${whole}`,
    ...separators.flatMap((separator) => [`x${separator}${envelope}${whole}`, `x${separator}${whole}`]),
    ...addressForms(evil).flatMap((form) => [form, `x ${form}`, `${form} x`, `x ${form} x`]),
    ...['ip=', 'rip=', 'from ', 'host=', 'peer='].map((key) => `x, ${key}${evil}`),
  ];
  return [...new Set(names)].filter((name) => name !== '');
}

/** What follows the user; with the false address in it, in all its lengths. */
function tailsOf({ message, user, address }: Genuine, whole: string, evil: string): string[] {
  if (user === undefined || address === undefined) return [];
  if (address.start < user.end) return [message.slice(user.end)];
  const tail = whole.slice(user.end);
  const least = tail.indexOf(evil) + evil.length;
  const ends = [...tail.slice(least).matchAll(/(?=[\s,;>)\]"'])/g)].map((end) => least + end.index);
  return [tail, ...ends.map((end) => tail.slice(0, end))];
}

function addressForms(evil: string): string[] {
  return [
    evil,
    `[${evil}]`,
    `(${evil})`,
    `<${evil}>`,
    `"${evil}"`,
    `x@${evil}`,
    `${evil}:1`,
    `::ffff:${evil}`,
  ];
}

/** Returns names that a client's reverse DNS may give its host. Blanks are none of them: no resolver passes one. */
export function hostileHosts(evil: string): string[] {
  return [
    evil,
    `[${evil}]`,
    `(${evil})`,
    `x[${evil}]`,
    `${evil}]`,
    `[${evil}`,
    `${evil}.example.org`,
    `x.${evil}`,
  ];
}

/** Returns the parts of a message that are host names: words with a dot and a letter, in none of the given parts. */
export function hostNamesIn(message: string, others: readonly (Span | undefined)[]): Span[] {
  const names = [...message.matchAll(/(?<![\w.@-])(?=[\w.-]*[A-Za-z])[\w-]+(?:\.[\w-]+)+(?![\w-])/g)];
  return names
    .map(({ 0: name, index }) => ({ start: index, end: index + name.length }))
    .filter(
      ({ start, end }) => !others.some((span) => span !== undefined && start < span.end && span.start < end),
    );
}

/** Words before what is the client's own text in a message that is no login: `user="x"`, `user: x`, `for x`. */
const nameKeys =
  /\b(?:(?:user(?:name)?|login|account|acct|name|auth\w*_id|mailbox|u)(?:=|: ?| (?=["'<`[(]))|(?:(?:for )?(?:user|account|mailbox)|for) )(?:["'<`[(]([^"'<>`[\]()]*)|([^\s,;:=<>"'()[\]]+))/gi;

/** Returns the parts of a message that name its user, as far as they can be told, three at most. */
export function namedUsersIn(message: string): Span[] {
  const spans = [...message.matchAll(nameKeys)].map((match) => {
    const text = match[1] ?? match[2] ?? '';
    const end = match.index + match[0].length;
    return { start: end - text.length, end };
  });
  return spans.slice(0, 3);
}
