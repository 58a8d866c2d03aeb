/**
 * A client's conversation with an MTA, played up to RCPT as the MTA would have it, without a mail: what is said, and
 * what is answered.
 */
import type { ClientName } from '../host/client-name.ts';
import type { Address } from '../relay/address.ts';

/** What a client says. Each word is printable ASCII, without blanks and brackets: {@link isSayable}. */
export interface Dialogue {
  readonly address: Address;
  readonly name: ClientName;
  /** Whether the relay table lets it relay: for an MTA whose configuration is only read. */
  readonly mayRelay: boolean;
  readonly helo: string;
  /** An address; without a domain it is one of the MTA's own. */
  readonly sender: string;
  readonly recipient: string;
}

/** What a client does, in this order. */
export const stepNames = ['client', 'HELO', 'MAIL', 'RCPT'] as const;

/** Of one step. */
export interface PlayedStep {
  readonly step: (typeof stepNames)[number];
  /** `may be refused` where the configuration was read, and what it asks was not asked. */
  readonly verdict: 'accepted' | 'refused' | 'may be refused';
  /** What the client said, or who it is. */
  readonly said: string;
  /** The reply, with its code; undefined where nobody gave one. */
  readonly reply?: string;
  /** What of the MTA's configuration refused. */
  readonly by?: string;
}

/** A conversation with one service of an MTA, up to what refused. */
export interface Played {
  /** Where and how it was played: `25/inet, by XCLIENT`. */
  readonly way: string;
  readonly steps: readonly PlayedStep[];
}

/** Reports whether a word can be said in SMTP and asked of an MTA's programs as it is. */
export function isSayable(word: string): boolean {
  return /^[!-~]{1,254}$/.test(word) && !/[<>$\\"'`(),;|]/.test(word);
}

/** Returns an address with a domain of its own, or else one of the MTA's. */
export function addressAt(sender: string, domain: string): string {
  return sender.includes('@') ? sender : `${sender}@${domain}`;
}

/** A step, and the reply to it. */
export interface Answer {
  readonly step: PlayedStep['step'];
  readonly said: string;
  /** Code and text; undefined where there was none, which refuses nothing. */
  readonly reply: string | undefined;
}

/** Returns the steps up to the first that a reply refused, of which `by` says what did. */
export function judged(
  answers: readonly Answer[],
  by: (refused: { readonly reply: string; readonly step: PlayedStep['step'] }) => string | undefined,
): PlayedStep[] {
  const isRefused = ({ reply = '' }: Answer) => /^[45]/.test(reply);
  const end = answers.findIndex(isRefused);
  return answers.slice(0, end < 0 ? answers.length : end + 1).map((answer) => {
    const { step, said } = answer;
    if (answer.reply === undefined) return { step, said, verdict: 'accepted' };
    // Of what was accepted, further lines are about the server and not the client.
    const [first = '', ...more] = answer.reply.split('\n');
    if (!isRefused(answer)) return { step, said, verdict: 'accepted', reply: first };
    const reply = [first, ...more].join(' ');
    const what = by({ reply, step });
    return { step, said, verdict: 'refused', reply, ...(what === undefined ? {} : { by: what }) };
  });
}

/** Returns what is said of a client: its address, and its name if it has one. */
export function clientWords({ address, name: { reverse, verified, isTemporary } }: Dialogue): string {
  if (verified !== undefined) return `${address} (${verified})`;
  if (reverse !== undefined) return `${address} (no name: ${reverse} has another address)`;
  return `${address} (no name${isTemporary ? ': no name server answers' : ''})`;
}

/** Returns the replies of an SMTP conversation, each with its code once, and a line feed between its lines. */
export function repliesIn(text: string): string[] {
  const replies: string[] = [];
  let open: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, code, mark, rest = ''] = /^(\d{3})([ -])(.*)$/.exec(line) ?? [];
    if (code === undefined) continue;
    open.push(open.length === 0 ? `${code} ${rest}` : rest);
    if (mark === '-') continue;
    replies.push(open.join('\n'));
    open = [];
  }
  return replies;
}
