/** The form of exact.conf: lines of a name and a value. What names and values mean is not known here. */

/** One line that says something. */
export interface ConfigLine {
  /** Its number in the file, from 1. */
  readonly number: number;
  /** The text up to the first blank. */
  readonly name: string;
  /** The rest, without the blanks around it and without a comment; '' where there is none. */
  readonly value: string;
}

/**
 * Returns the lines of a configuration that say something, in order. Blanks and tabs set name and value apart;
 * `#` begins a comment at the start of a line or after a blank, so a value may hold one (`/srv/c#`). A byte
 * order mark, CR before the end of a line and a missing last newline mean nothing.
 */
export function configLines(text: string): ConfigLine[] {
  const lines: ConfigLine[] = [];
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    const line = withoutComment(raw);
    if (line === '') continue;
    const end = line.search(/[ \t]/);
    lines.push({
      number: index + 1,
      name: end < 0 ? line : line.slice(0, end),
      value: end < 0 ? '' : trimBlanks(line.slice(end)),
    });
  }
  return lines;
}

function withoutComment(line: string): string {
  const comment = line.search(/(?:^|[ \t])#/);
  return trimBlanks(comment < 0 ? line : line.slice(0, comment));
}

/** Removes blanks, tabs and CR at both ends. `trim` would take a no-break space too, which is no blank. */
function trimBlanks(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  return text.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r';
}
