/**
 * Dates and times within a message, and expressions for what may stand there at any other time of the year: a rule that
 * holds a month or a day of its sample takes no login of the next.
 */

/** A form of dates: how it is found in a sample, and what takes all of the form. */
interface StampForm {
  readonly found: string;
  /** In RE2's syntax. */
  readonly source: string;
  /** As a POSIX extended regular expression, without a group: the order of groups means something there. */
  readonly posix: string;
}

const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const weekday = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const time = String.raw`\d\d:\d\d:\d\d(?:[.,]\d{1,9})?`;
const zone = String.raw`(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?`;

const [name, posixName] = ['[A-Z][a-z]{2}', '[A-Z][a-z][a-z]'];
const [clock, posixClock] = [String.raw`\d\d:\d\d:\d\d(?:[.,]\d{1,9})?`, '[0-9:.,]+'];

/** The longer forms first: each holds a later one. */
const forms: readonly StampForm[] = [
  {
    found: String.raw`${weekday},? ${month} {1,2}\d{1,2} ${time} \d{4}`,
    source: String.raw`${name},? ${name} {1,2}\d{1,2} ${clock} \d{4}`,
    posix: `${posixName},? ${posixName} +[0-9]+ ${posixClock} [0-9]+`,
  },
  {
    found: String.raw`${weekday},? \d{1,2} ${month} \d{4} ${time}${zone}`,
    source: String.raw`${name},? \d{1,2} ${name} \d{4} ${clock}${zone}`,
    posix: `${posixName},? [0-9]+ ${posixName} [0-9]+ ${posixClock} ?[A-Z0-9:+-]*`,
  },
  {
    found: String.raw`${month} {1,2}\d{1,2} (?:\d{4} )?${time}`,
    source: String.raw`${name} {1,2}\d{1,2} (?:\d{4} )?${clock}`,
    posix: `${posixName} +[0-9]+ [0-9 ]*${posixClock}`,
  },
  {
    found: String.raw`\d{1,2}[-/ ]${month}[-/ ]\d{4}[: ]${time}${zone}`,
    source: String.raw`\d{1,2}[-/ ]${name}[-/ ]\d{4}[: ]${clock}${zone}`,
    posix: `[0-9]+[-/ ]${posixName}[-/ ][0-9]+[: ]${posixClock} ?[A-Z0-9:+-]*`,
  },
  {
    found: String.raw`\d{4}[-/.]\d\d[-/.]\d\d[T _-]${time}${zone}`,
    source: String.raw`\d{4}[-/.]\d\d[-/.]\d\d[T _-]${clock}${zone}`,
    posix: `[0-9]+[-/.][0-9]+[-/.][0-9]+[T _-]${posixClock} ?[A-Z0-9:+-]*`,
  },
  {
    found: String.raw`${month} {1,2}\d{1,2}(?!\w)`,
    source: String.raw`${name} {1,2}\d{1,2}`,
    posix: `${posixName} +[0-9]+`,
  },
  { found: `(?:${month}|${weekday})(?!\\w)`, source: name, posix: posixName },
  { found: time, source: clock, posix: posixClock },
];

/** What a stamp is within a text; it begins no word's rest. */
export const stampPattern = new RegExp(`(?<![\\w:.-])(?:${forms.map(({ found }) => found).join('|')})`, 'g');

const exactly = forms.map((form) => ({ form, expression: new RegExp(`^(?:${form.found})$`) }));

/** Returns the source, in RE2's syntax or in POSIX', of an expression that takes stamps of the forms of these. */
export function stampSource(texts: readonly string[], syntax: 'source' | 'posix'): string {
  const sources = new Set(
    texts.map((text) => exactly.find(({ expression }) => expression.test(text))?.form[syntax] ?? '.+'),
  );
  const [only = ''] = sources;
  if (sources.size === 1) return only;
  return syntax === 'posix' ? '.*' : `(?:${[...sources].join('|')})`;
}
