/** How `exact parse` writes logins: tab-separated, as JSON, as a number, or the lines that are none. */

import type { RowFormat } from '../../recognize/rows/row-template.ts';
import type { Login } from '../../relay/login.ts';
import { escapeControls, escapeField } from '../../terminal/escape.ts';
import { utcText } from '../../terminal/words.ts';
import type { ParseInvocation } from './options.ts';

/** Takes what parsing finds. */
export interface LoginPrinter {
  readonly wantsLines: boolean;
  login(login: Login): void;
  /** How rows of logins are made without it. */
  readonly rowFormat: RowFormat;
  /** So many rows that were made so; the bytes are not kept. */
  rows(bytes: Uint8Array, count: number): void;
  /** A line that is no login, without its line end. */
  line(text: string): void;
  /** Nothing more is to come for now: what was found should be seen. */
  flush(): void;
  /** Prints what comes last, and returns how many logins or lines there were. */
  end(): number;
}

/** Returns the printer that the options ask for. */
export function loginPrinter(invocation: ParseInvocation): LoginPrinter {
  const { stdout } = invocation.world;
  const wantsLines = invocation.has('invert');
  const counts = invocation.has('count');
  const prints = !counts && !invocation.has('quiet');
  let count = 0;
  const rows = invocation.has('json') ? jsonRows : tabRows;
  const print = (login: Login) => stdout.write(rows.rowOf(login));
  return {
    wantsLines,
    rowFormat: rows,
    rows(bytes, added) {
      count += added;
      if (prints) stdout.writeBytes(bytes);
    },
    login(login) {
      if (wantsLines) return;
      count++;
      if (prints) print(login);
    },
    line(text) {
      if (!wantsLines) return;
      count++;
      if (!prints) return;
      stdout.write(`${stdout.isTerminal ? escapeControls(text) : text}\n`);
    },
    flush: () => stdout.flush(),
    end() {
      // A number is JSON as it is.
      if (counts && !invocation.has('quiet')) stdout.write(`${count}\n`);
      return count;
    },
  };
}

/** Rows of logins, whole and in parts. */
interface Rows extends RowFormat {
  rowOf(login: Login): string;
}

const timeFields = ['minute', 'seconds'] as const;

/** Time, address, user and server, with tabs between them. */
export const tabRows: Rows = {
  rowOf: ({ time, address, user, server }) =>
    `${utcText(time)}\t${address}\t${escapeField(user)}\t${server}\n`,
  templateOf: (server) => [
    ...timeFields,
    { text: 'Z\t' },
    'address',
    { text: '\t' },
    'user',
    { text: `\t${server}\n` },
  ],
  escape: escapeField,
};

/** JSON, with the fields of {@link loginJson}. */
export const jsonRows: Rows = {
  rowOf: (login) => `${JSON.stringify(loginJson(login))}\n`,
  templateOf: (server) => [
    { text: '{"time":"' },
    ...timeFields,
    { text: 'Z","address":"' },
    'address',
    { text: '","user":"' },
    'user',
    { text: `","server":${JSON.stringify(server)},"host":"` },
    'host',
    { text: '","program":"' },
    'program',
    { text: '","pid":"' },
    'pid',
    { text: '","source":"' },
    'source',
    { text: '","line":' },
    'line',
    { text: '}\n' },
  ],
  escape: (text) => JSON.stringify(text).slice(1, -1),
};

/** Returns a login with the fields that JSON has everywhere. */
export function loginJson({ time, address, user, server, host, program, pid, source, line }: Login): object {
  return { time: utcText(time), address, user, server, host, program, pid, source, line };
}
