/** Lists of restrictions as Postfix has them in main.cf and master.cf, taken apart (postconf(5), smtpd_*_restrictions). */

/** One restriction of a list. */
export interface Restriction {
  /** `reject_rbl_client`; for a table that stands alone its name. */
  readonly word: string;
  /** What it asks, where it asks something: a domain, a table, a policy service. */
  readonly argument: string | undefined;
  /** Whether `warn_if_reject` stands before it, so that it refuses nobody. */
  readonly onlyWarns: boolean;
}

/** What stands in one place of a list as it is written: a restriction, or a name for several. */
export interface ListItem {
  /** As it is written, its argument and `warn_if_reject` with it. */
  readonly written: string;
  /** What it stands for; undefined where that is not known. */
  readonly restrictions: readonly Restriction[] | undefined;
}

/** The names that a list may have in the place of restrictions. */
export interface ListNames {
  /** Lists of restriction classes by their names. */
  readonly classes: ReadonlyMap<string, string>;
  /** Returns the value of a parameter; undefined where there is none. */
  valueOf(name: string): string | undefined;
}

/** Restrictions that ask something, which is the next word. */
const asking =
  /^(?:check_\w+_access|check_policy_service|reject_rbl_client|reject_rhsbl_\w+|permit_(?:dnswl|rhswl)_client|sleep)$/;

/** Returns the words of a list; braces keep what is between them together. */
export function wordsOf(list: string): string[] {
  return list.match(/(?:[^\s,{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})+/g) ?? [];
}

/** Takes a list apart; `depth` is how many names it stands within. */
export function listItems(list: string, names: ListNames, depth = 0): ListItem[] {
  const words = wordsOf(list);
  const items: ListItem[] = [];
  while (words.length > 0) {
    const warning = words[0] === 'warn_if_reject' ? words.splice(0, 1) : [];
    const word = words.shift() ?? '';
    const argument = asking.test(word) ? words.splice(0, 1) : [];
    const restrictions = restrictionsOf(word, argument[0], names, depth);
    items.push({
      written: [...warning, word, ...argument].join(' '),
      restrictions: restrictions?.map((one) => ({
        ...one,
        onlyWarns: one.onlyWarns || warning.length > 0,
      })),
    });
  }
  return items;
}

function restrictionsOf(
  word: string,
  argument: string | undefined,
  names: ListNames,
  depth: number,
): readonly Restriction[] | undefined {
  const named = /^\$(?:(\w+)|\{(\w+)\}|\((\w+)\))$/.exec(word);
  const parameter = named?.[1] ?? named?.[2] ?? named?.[3];
  const list = parameter === undefined ? names.classes.get(word) : names.valueOf(parameter);
  if (list === undefined) return word.startsWith('$') ? undefined : [{ word, argument, onlyWarns: false }];
  // A class may name others; one that names itself Postfix refuses.
  if (depth > 5) return undefined;
  const classes = new Map([...names.classes].filter(([name]) => name !== word));
  const inner = listItems(list, { valueOf: names.valueOf, classes }, depth + 1);
  return inner.every(({ restrictions }) => restrictions !== undefined)
    ? inner.flatMap(({ restrictions }) => restrictions ?? [])
    : undefined;
}

/** Returns a list, as it is written, with a word before one of its items, or at its end, and nowhere else. */
export function withWord(items: readonly ListItem[], word: string, before: number | undefined): string {
  const at = before ?? items.length;
  const written = items.map(({ written: each }) => (each === word ? [] : [each]));
  return [...written.slice(0, at), [word], ...written.slice(at)].flat().join(' ');
}
