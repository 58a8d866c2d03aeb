/** Clients that send a mail, as far as the server lets them, each from an address of its own. */
import type { Inside } from './commands-inside.ts';
import { converse } from './conversation.ts';
import { remoteRecipient } from './smtp-probe.ts';

/** What the clients say. */
export interface Sending {
  readonly port?: number;
  readonly helo?: string;
  readonly sender?: string;
  readonly recipient?: string;
  /** The mail, header and body; without it a client leaves after RCPT. */
  readonly mail?: readonly string[];
  /** Whether TLS comes first, as on port 465. */
  readonly tls?: boolean;
}

/** Returns for each client the code of the first reply that refused it, or else that of the last. */
export async function send(
  host: Inside,
  sources: readonly string[],
  {
    port = 25,
    helo = 'client.example',
    sender = 'alice@local.example',
    recipient = remoteRecipient,
    mail,
    tls,
  }: Sending = {},
): Promise<number[]> {
  const message = mail === undefined ? [] : ['DATA', [...mail, '.'].join('\r\n')];
  const lines = [`EHLO ${helo}`, `MAIL FROM:<${sender}>`, `RCPT TO:<${recipient}>`, ...message, 'QUIT'];
  const conversations = sources.map((source) => {
    const conversation = { source, port, mayHangUp: true, endOfReply: /^\d{3} /, lines };
    return { ...conversation, ...(tls === true ? { tls } : {}) };
  });
  const answers = await converse(host, conversations);
  return answers.map((replies) => {
    const codes = replies.map((reply) => Number(reply.slice(0, 3)));
    // What comes after QUIT says nothing of the mail.
    const told = codes.slice(0, lines.length);
    return told.find((code) => code >= 400) ?? told.at(-1) ?? 0;
  });
}
