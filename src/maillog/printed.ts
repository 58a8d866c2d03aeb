/**
 * What a program has printed, as the journal tells it: lines that no syslog daemon has taken as a message, so that a line
 * end in what a client says begins another one, and that may be cut. journald marks what it has cut with `_LINE_BREAK`
 * (systemd.journal-fields(7)), Docker's journald driver with `CONTAINER_PARTIAL_MESSAGE`.
 */

/** What is known of a line that a program has printed, or written to a file of its own. */
export interface Printed {
  /** Name of the command that wrote it; '' where that is not known. */
  readonly by: string;
  /** Names the stream that it came by; '' where no more is known of that. */
  readonly stream: string;
  /** The line was cut, and this is a piece of it. */
  readonly isCut: boolean;
  /** The next that comes by the same stream is the rest of it. */
  readonly hasRest: boolean;
}

/** A line of which no more is known than that its program has printed it. */
export const printedLine: Printed = { by: '', stream: '', isCut: false, hasRest: false };

/** The fields of an entry, by their names. */
type Fields = Readonly<Record<string, unknown>>;

/** Returns what an entry's fields say of a line that was printed; undefined for one that came otherwise. */
export function printedOf(fields: Fields): Printed | undefined {
  if (fields._TRANSPORT === 'stdout') return ofJournald(fields);
  return textOf(fields.CONTAINER_ID) === '' ? undefined : ofDocker(fields);
}

/** Two processes may share a stream: what one has left open ends where the other writes, and goes on later. */
function ofJournald(fields: Fields): Printed {
  const { _COMM, _STREAM_ID, _PID, _LINE_BREAK } = fields;
  const isCut = _LINE_BREAK !== undefined;
  const stream = `${textOf(_STREAM_ID)} ${textOf(_PID)}`;
  return { by: textOf(_COMM), stream, isCut, hasRest: isCut && _LINE_BREAK !== 'eof' };
}

/** The command is that of the engine. The last piece has a number as well; standard error has another priority. */
function ofDocker(fields: Fields): Printed {
  const { CONTAINER_ID, PRIORITY, CONTAINER_PARTIAL_ID, CONTAINER_PARTIAL_MESSAGE } = fields;
  const hasRest = CONTAINER_PARTIAL_MESSAGE === 'true';
  const stream = `${textOf(CONTAINER_ID)} ${textOf(PRIORITY)}`;
  return { by: '', stream, isCut: hasRest || CONTAINER_PARTIAL_ID !== undefined, hasRest };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
