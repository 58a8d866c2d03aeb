/** What `exact update --check` finds on a host: one line each, with what to do about it on a line of its own. */

/** How bad it is: FAIL keeps Exact from its work or opens the relay, WARN may, a note is for knowing. */
export type Level = 'ok' | 'note' | 'WARN' | 'FAIL';

/** One thing that was looked at. */
export interface Finding {
  readonly level: Level;
  /** `config`, `maillog`, `rules`, `state`, `map`, `postfix`, `timer`. */
  readonly subject: string;
  readonly text: string;
  /** A command or a line of configuration, to be pasted. */
  readonly fix?: string;
}

/** Returns the lines of a finding; a fix is never wrapped. */
export function findingLines({ level, subject, text, fix }: Finding): string[] {
  const first = `${level.padEnd(4)}  ${subject.padEnd(7)}  ${text}`;
  return fix === undefined ? [first] : [first, `      fix      ${fix}`];
}
