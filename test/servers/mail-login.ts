/** Logs in to a mailbox by POP3 or IMAP, as a client at some address. */

import type { Inside } from './commands-inside.ts';
import { converse } from './conversation.ts';

/** One try to log in. */
export interface MailLogin {
  readonly protocol: 'pop3' | 'imap';
  /** The client's address. */
  readonly source: string;
  readonly user: string;
  readonly password: string;
  /** Whether by TLS, on the port for that. */
  readonly tls?: boolean;
  /** Whether the server may hang up on a client that it does not let in, or leave it without an answer. */
  readonly mayHangUp?: boolean;
}

/** Tries to log in, one after the other, each followed by a logout, and returns for each whether the server let it in. */
export async function logIn(host: Inside, logins: readonly MailLogin[]): Promise<boolean[]> {
  const conversations = logins.map(({ protocol, source, user, password, tls = false, mayHangUp = false }) =>
    protocol === 'pop3'
      ? {
          ...{ source, port: tls ? 995 : 110, tls, mayHangUp, endOfReply: /^(\+OK|-ERR)/ },
          lines: [`USER ${user}`, `PASS ${password}`, 'QUIT'],
        }
      : {
          ...{ source, port: tls ? 993 : 143, tls, mayHangUp, endOfReply: /^(\* OK|[ab] )/ },
          lines: [`a LOGIN ${quoted(user)} ${quoted(password)}`, 'b LOGOUT'],
        },
  );
  const replies = await converse(host, conversations);
  return logins.map(({ protocol }, index) =>
    protocol === 'pop3' ? /^\+OK/.test(replies[index]?.[2] ?? '') : /^a OK/.test(replies[index]?.[1] ?? ''),
  );
}

/** An IMAP quoted string (RFC 3501). */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
