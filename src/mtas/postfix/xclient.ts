/**
 * A client's conversation with a running smtpd, by XCLIENT (XCLIENT_README): smtpd takes a host of
 * `smtpd_authorized_xclient_hosts` for the client that it names. No mail is sent: RSET comes after RCPT.
 */
import { connect, type Socket } from 'node:net';
import { type Dialogue, repliesIn } from '../dialogue.ts';

/** Milliseconds without a word after which smtpd is given up: policy services and name servers take their time. */
const patience = 60_000;

/** The line with which a reply ends: it has no dash after its code. */
const lastLine = /^\d{3}(?!-)[^\n]*\n/m;

/** Where an smtpd listens. */
export interface Listener {
  readonly host: string;
  readonly port: number;
}

/**
 * Returns the replies to the connection of that client, HELO, MAIL and RCPT, fewer where smtpd hangs up; undefined where
 * nobody listens, or this host may not speak for others.
 */
export async function holdByXclient(
  { host, port }: Listener,
  { address, name, helo, sender, recipient }: Dialogue,
): Promise<string[] | undefined> {
  const socket = connect({ host, port, timeout: patience });
  // The replies end with it, and what is written after that fails.
  socket.on('error', () => {});
  try {
    const replies = repliesOf(socket);
    const say = async (line: string) => {
      socket.write(`${line}\r\n`);
      return (await replies.next()).value;
    };
    if ((await replies.next()).value === undefined) return undefined;
    const offered = await say('EHLO localhost');
    const attributes = /^XCLIENT ([A-Z_ ]*)$/m.exec(offered ?? '')?.[1]?.split(' ') ?? [];
    if (!attributes.includes('ADDR')) return undefined;
    const unknown = name.isTemporary ? '[TEMPUNAVAIL]' : '[UNAVAILABLE]';
    const told = {
      NAME: name.verified ?? unknown,
      REVERSE_NAME: name.reverse ?? unknown,
      ADDR: address.includes(':') ? `IPV6:${address}` : address,
    };
    const known = Object.entries(told).filter(([attribute]) => attributes.includes(attribute));
    const lines = [
      `XCLIENT ${known.map((each) => each.join('=')).join(' ')}`,
      `EHLO ${helo}`,
      `MAIL FROM:<${sender}>`,
      `RCPT TO:<${recipient}>`,
    ];
    const answers: string[] = [];
    for (const line of lines) {
      const reply = await say(line);
      if (reply === undefined) break;
      answers.push(reply);
    }
    await say('RSET');
    await say('QUIT');
    return answers;
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

/** Yields each reply with its code once, and a line feed between its lines. Throws an Error where the connection breaks. */
async function* repliesOf(socket: Socket): AsyncGenerator<string, undefined> {
  socket.on('timeout', () => socket.destroy(new Error('no answer')));
  let text = '';
  for await (const chunk of socket.setEncoding('latin1')) {
    text += chunk;
    for (let end = lastLine.exec(text); end !== null; end = lastLine.exec(text)) {
      const length = end.index + end[0].length;
      yield* repliesIn(text.slice(0, length));
      text = text.slice(length);
    }
  }
  return undefined;
}
