/**
 * Near misses: lines that no rule reads, though a POP or IMAP server wrote them, and they name a user and an address and
 * tell of no failure. Where there are some, the form of a server's log may have changed.
 */
import type { Outcome } from '../recognize/outcome.ts';
import type { Recognizer } from '../recognize/recognizer.ts';
import { failureWord } from './failure-words.ts';
import { mentionsLogin } from './mentions.ts';

/** Who never tries to log in is named with an empty user. */
const nobody = /\buser=(?:<>|,)/;

/**
 * Returns the name of the rule that is for the program of a line, if the line is a near miss. `judge` says what the
 * recognizer makes of it, and is asked only for lines of such programs.
 */
export function nearMissOf(
  recognizer: Pick<Recognizer, 'rulesFor'>,
  { program, message }: { readonly program: string; readonly message: string },
  judge: () => Outcome | undefined,
): string | undefined {
  const [rule] = recognizer.rulesFor(program);
  if (rule === undefined || judge() !== undefined) return undefined;
  const tellsOfLogin = mentionsLogin(message) && !nobody.test(message);
  return tellsOfLogin && failureWord(message, []) === undefined ? rule.name : undefined;
}
