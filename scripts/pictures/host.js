// A mail host in a folder, and the terminal on which somebody works there. The program is the built one; the clock stands
// where a scene puts it, so that the same program always gives the same picture.
import { appendFileSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Readable } from 'node:stream';

const { main } = createRequire(import.meta.url)('../../dist/main.js');

/** Columns of the terminal. */
export const columns = 104;

/** A host. */
export class Host {
  /** What the terminal shows, with escape sequences for colours. */
  screen = '';
  #folder;

  /** @param folder - An empty folder, which the caller removes. */
  constructor(folder) {
    this.#folder = folder;
    this.write(
      'exact.conf',
      `maillog ${this.#path('mail.log')}\ntimezone UTC\nstate ${this.#path('state')}\n`,
    );
    this.write('exact.conf', 'output text relay.txt\noutput cdb relay.cdb\n');
    this.write('mail.log', '');
  }

  /** Adds to a file; a log was last written at that time (RFC 3339). */
  write(name, text, time) {
    appendFileSync(this.#path(name), text);
    if (time !== undefined) utimesSync(this.#path(name), new Date(time), new Date(time));
  }

  /** Runs a command at a time (RFC 3339) while nobody looks. */
  async run(time, ...words) {
    return this.#call(time, words, () => {});
  }

  /** Types a command line on the terminal at a time; `words` are what a shell makes of it. */
  async type(time, line, words = line.split(' ')) {
    this.screen += `\x1b[1m$ exact ${line}\x1b[22m\n`;
    const status = await this.#call(time, words, (text) => {
      this.screen += text;
    });
    this.screen += '\n';
    // 1 is the answer 'no'.
    if (status > 1) throw new Error(`exact ${line}: ended with ${status}`);
  }

  #path(name) {
    return join(this.#folder, name);
  }

  async #call(time, words, show) {
    // A reader is shown the places where an installed program has these, and other logs in the folder where they work.
    const shown = (text) =>
      text
        .replaceAll(this.#path('mail.log'), '/var/log/mail.log')
        .replaceAll(`${this.#folder}/zpopd.log`, 'zpopd.log')
        .replaceAll(this.#folder, '/var/lib/exact');
    const inPlace = words.map((word) => (word.endsWith('.log') ? this.#path(word) : word));
    return main(inPlace, {
      env: { EXACT_CONFIG: this.#path('exact.conf') },
      clock: () => Date.parse(time),
      stdin: Readable.from([]),
      stdout: {
        isTerminal: true,
        columns,
        write: (text) => show(shown(text)),
        writeBytes: (bytes) => show(shown(Buffer.from(bytes).toString())),
        flush: () => {},
      },
      tell: (line) => show(`${shown(line)}\n`),
    });
  }
}
