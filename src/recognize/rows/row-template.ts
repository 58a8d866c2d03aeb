/** What a row of a login is made of: texts that are always the same, and what the line says. */

/** A part of a login that stands in a row as it stands in the line, or in a form that is made once for many lines. */
export type RowField =
  /** The time to the minute: `2026-11-22T10:04:`. */
  | 'minute'
  /** The two digits of its seconds. */
  | 'seconds'
  | 'address'
  | 'user'
  | 'host'
  | 'pid'
  /** Number of the line. */
  | 'line'
  | 'program'
  | 'source';

/** A row: its texts, and its fields between them. */
type RowTemplate = readonly (RowField | { readonly text: string })[];

/** How rows are made. */
export interface RowFormat {
  /** Returns the template of the rows for one server's logins. */
  templateOf(server: string): RowTemplate;
  /** Returns a text as it stands in a row; where it comes back as it was, so does each of its characters. */
  escape(text: string): string;
}

/** By field, its number for the machine. */
export const pieceNumber: Readonly<Record<RowField | 'text', number>> = {
  text: 1,
  minute: 2,
  seconds: 3,
  address: 4,
  user: 5,
  host: 6,
  pid: 7,
  line: 8,
  program: 9,
  source: 10,
};
