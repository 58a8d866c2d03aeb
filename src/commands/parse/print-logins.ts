/** How `exact parse` writes logins: tab-separated, as JSON, as a number, or the lines that are none. */

import type { Login } from '../../relay/login.ts';
import { escapeControls, escapeField } from '../../terminal/escape.ts';
import { utcText } from '../../terminal/words.ts';
import type { ParseInvocation } from './options.ts';

/** Takes what parsing finds. */
export interface LoginPrinter {
  readonly wantsLines: boolean;
  login(login: Login): void;
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
  const print = invocation.has('json')
    ? (login: Login) => stdout.write(`${JSON.stringify(loginJson(login))}\n`)
    : (login: Login) => stdout.write(loginRow(login));
  return {
    wantsLines,
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

/** Returns the line of a login: time, address, user and server. */
function loginRow({ time, address, user, server }: Login): string {
  return `${utcText(time)}\t${address}\t${escapeField(user)}\t${server}\n`;
}

/** Returns a login with the fields that JSON has everywhere. */
export function loginJson({ time, address, user, server, host, program, pid, source, line }: Login): object {
  return { time: utcText(time), address, user, server, host, program, pid, source, line };
}
