/** Lists of restrictions as Postfix has them in main.cf (postconf(5), smtpd_relay_restrictions). */

/** What ends a list for a client that nothing before has let relay. */
const refusals = ['reject_unauth_destination', 'defer_unauth_destination', 'reject', 'defer'];

/** What a list makes of a client that only the relay table lets relay. */
export type RestrictionVerdict = 'permits' | 'too late' | 'refuses' | 'passes';

/** Returns the words of a list; braces keep what is between them together. */
export function wordsOf(list: string): string[] {
  return list.match(/(?:[^\s,{}]|\{(?:[^{}]|\{[^{}]*\})*\})+/g) ?? [];
}

/** Returns a list with restriction classes in the place of their names; `classes` are their lists. */
export function expanded(
  words: readonly string[],
  classes: ReadonlyMap<string, string>,
  depth = 0,
): string[] {
  return words.flatMap((word) => {
    const list = classes.get(word);
    // A class may name others; one that names itself Postfix refuses.
    return list === undefined || depth > 5 ? [word] : expanded(wordsOf(list), classes, depth + 1);
  });
}

/** Returns what a list makes of the clients in a table; `isOurs` knows the names by which a list looks that up. */
export function verdictOf(
  words: readonly string[],
  isOurs: (word: string) => boolean,
  networksAreOurs: boolean,
): RestrictionVerdict {
  const permits = words.findIndex((word, index) =>
    word === 'permit_mynetworks'
      ? networksAreOurs
      : isOurs(word) && words[index - 1] === 'check_client_access',
  );
  const refuses = words.findIndex((word) => refusals.includes(word));
  if (permits >= 0) return refuses < 0 || permits < refuses ? 'permits' : 'too late';
  return refuses < 0 ? 'passes' : 'refuses';
}

/** Returns a list, as it is written, in which a lookup stands before the first word that refuses. */
export function withLookup(list: string, lookup: string): string {
  const words = wordsOf(list).filter((word, index, all) => {
    const isOurs = word === lookup || all[index + 1] === lookup;
    return !isOurs;
  });
  const at = words.findIndex((word) => refusals.includes(word));
  if (at < 0)
    return `permit_mynetworks permit_sasl_authenticated check_client_access ${lookup} defer_unauth_destination`;
  return [...words.slice(0, at), 'check_client_access', lookup, ...words.slice(at)].join(' ');
}
