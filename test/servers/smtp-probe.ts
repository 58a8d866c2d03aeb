/** Asks a mail server, as a client at some address, whether it would take a message for another domain. */

import type { Inside } from './commands-inside.ts';
import { converse } from './conversation.ts';

/** A domain that the mail server under test is no destination for: to take mail for it is to relay. */
export const remoteRecipient = 'somebody@remote.example';

/**
 * Returns the reply code to RCPT for each client address: 250 is a yes, 554 a no. A server that answers anything but
 * 250 to EHLO or MAIL is an Error.
 */
export async function replyToRecipient(
  host: Inside,
  port: number,
  sources: readonly string[],
  recipient: string = remoteRecipient,
): Promise<Record<string, number>> {
  const lines = [
    'EHLO client.example',
    'MAIL FROM:<sender@client.example>',
    `RCPT TO:<${recipient}>`,
    'QUIT',
  ];
  const conversations = sources.map((source) => ({ source, port, endOfReply: /^\d{3} /, lines }));
  const codes: Record<string, number> = {};
  for (const [index, replies] of (await converse(host, conversations)).entries()) {
    const [greeting, hello, sender, recipientReply] = replies.map((reply) => Number(reply.slice(0, 3)));
    if (greeting !== 220 || hello !== 250 || sender !== 250)
      throw new Error(`SMTP: ${JSON.stringify(replies)}`);
    codes[sources[index] as string] = recipientReply as number;
  }
  return codes;
}
