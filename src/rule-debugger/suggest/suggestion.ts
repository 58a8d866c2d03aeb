/** What is asked of a suggestion, and what comes of it. */
import type { RecognizerOptions } from '../../recognize/recognizer.ts';

/** What is asked for. */
export interface SuggestOptions extends Omit<RecognizerOptions, 'rules'> {
  /** Who logged in, as the server logs them. */
  readonly users: readonly string[];
  /** Names that rules have already: a stanza of the same name would take their place. */
  readonly taken: readonly string[];
  /** Milliseconds since any moment. */
  readonly timer: () => number;
}

/** A stanza that has been tried, and what came of it. */
export interface Suggestion extends Proof {
  readonly stanza: string;
  /** Lines that it was made from. */
  readonly from: number;
  /** Lines that name one of the users and are no login: their numbers. */
  readonly leftOut: readonly number[];
}

/** Why there is no suggestion, and what would help. */
export interface NoSuggestion {
  readonly reason: string;
  readonly fix?: string;
}

/** Reports whether there is a suggestion. */
export function isSuggestion(result: Suggestion | NoSuggestion): result is Suggestion {
  return 'stanza' in result;
}

/** What a sound rule makes of the sample. */
export interface Proof {
  /** Lines of its programs that hold an address, name none of the users, and give no login: their numbers. */
  readonly passed: readonly number[];
  /** Logins of other users that it finds. */
  readonly others: number;
  /** Hostile lines that it withstood. */
  readonly forged: number;
}

/** Reports whether a rule was found sound. */
export function isProven(result: Proof | NoSuggestion): result is Proof {
  return 'forged' in result;
}
