/** Conversations with a server in lines, as SMTP, POP3 and IMAP have them, each from a client address of its own. */
import { fileURLToPath } from 'node:url';
import type { Inside } from './commands-inside.ts';
import { hostAddress } from './namespace.ts';

/** What a client says to which port, and how it knows that a reply is complete. */
export interface Conversation {
  /** The client's address, IPv4 or IPv6; the server is met at its address of the same family. */
  readonly source: string;
  readonly port: number;
  /** Whether TLS comes first, as on port 993. */
  readonly tls?: boolean;
  /** Whether a server may hang up before all is said, or say no more: replies are missing then. */
  readonly mayHangUp?: boolean;
  /** Matches the last line of each reply, the greeting included. */
  readonly endOfReply: RegExp;
  /** What is said, one line after each reply, without line ends. */
  readonly lines: readonly string[];
}

/**
 * Holds conversations, one after the other, and returns for each the last line of every reply, the greeting first.
 * Throws an Error where a server does not answer or hangs up early.
 */
export async function converse(host: Inside, conversations: readonly Conversation[]): Promise<string[][]> {
  const script = fileURLToPath(new URL('talk.js', import.meta.url));
  const asked = conversations.map((conversation) => ({
    ...conversation,
    endOfReply: conversation.endOfReply.source,
    server: conversation.source.includes(':') ? hostAddress.ipv6 : hostAddress.ipv4,
  }));
  const answer = await host.must([process.execPath, script], JSON.stringify(asked));
  return JSON.parse(answer) as string[][];
}
