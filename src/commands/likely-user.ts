/** Whom a user name most likely means that the table does not have: the log may write it with or without its domain. */
import { foldUser, type Pair } from '../relay/pair.ts';
import { countWords } from '../terminal/words.ts';

/** Returns the question whether a user of these pairs was meant, whose name is the same up to the at sign. */
export function likelyUser(
  name: string,
  pairs: readonly Pick<Pair, 'address' | 'user'>[],
): string | undefined {
  const local = (user: string) => foldUser(user).split('@')[0];
  const like = pairs.find(({ user }) => local(user) === local(name));
  if (like === undefined) return undefined;
  const own = pairs.filter(({ user }) => foldUser(user) === foldUser(like.user));
  const count = new Set(own.map(({ address }) => address)).size;
  return `did you mean '${like.user}' (${countWords(count, 'address', 'addresses')})?`;
}
