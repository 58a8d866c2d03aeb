/**
 * A client's conversation with Exim: `exim -bh ADDRESS` runs the server's own code on its own configuration, with all
 * that asks name servers, and says on standard error which statement of which ACL decided. It takes no mail.
 */
import { answerOf, saidTo } from '../../host/ask.ts';
import {
  type Answer,
  addressAt,
  clientWords,
  type Dialogue,
  judged,
  type Played,
  repliesIn,
} from '../dialogue.ts';
import { findExim } from './program.ts';

/** What `-bh` says to a client: its replies, and the trace of what it did. */
interface EximSession {
  /** To the connection, HELO, MAIL and RCPT; fewer where it hangs up. */
  readonly replies: readonly string[];
  readonly trace: string;
}

/** Plays a conversation; undefined where Exim does not take part, since it cannot read its configuration, say. */
export function holdSession(
  program: string,
  { address, helo, sender, recipient }: Pick<Dialogue, 'address' | 'helo' | 'sender' | 'recipient'>,
): EximSession | undefined {
  const lines = [`EHLO ${helo}`, `MAIL FROM:<${sender}>`, `RCPT TO:<${recipient}>`, 'RSET', 'QUIT', ''];
  const said = saidTo(program, ['-bh', address], lines.join('\r\n'));
  const replies = repliesIn(said?.stdout ?? '').slice(0, 4);
  return said === undefined || replies.length === 0 ? undefined : { replies, trace: said.stderr };
}

/** Plays a conversation with Exim; nothing where it is not installed, or this account cannot start it so. */
export function playExim(dialogue: Dialogue): Played[] {
  const { program } = findExim() ?? {};
  if (program === undefined) return [];
  const [, domain = 'localhost'] =
    /^qualify_domain = (.*)$/m.exec(answerOf(program, ['-bP', 'qualify_domain']) ?? '') ?? [];
  const sender = addressAt(dialogue.sender, domain);
  const session = holdSession(program, { ...dialogue, sender });
  if (session === undefined) return [];
  const said = [clientWords(dialogue), dialogue.helo, `<${sender}>`, `<${dialogue.recipient}>`];
  const answers = (['client', 'HELO', 'MAIL', 'RCPT'] as const).map(
    (step, index): Answer => ({ step, said: said[index] ?? '', reply: session.replies[index] }),
  );
  return [{ way: `${program} -bh`, steps: judged(answers, () => refusingStatement(session.trace)) }];
}

/** Returns who of the address's session is meant by the words of a client in a trace: none is one of Exim's. */
export function refusingStatement(trace: string): string | undefined {
  const option = /^>>> host in (host_reject_connection|helo_verify_hosts)\? yes /m.exec(trace)?.[1];
  if (option === 'host_reject_connection') return option;
  let acl = '';
  let statement: string | undefined;
  let condition: string | undefined;
  for (const line of trace.split('\n')) {
    // What an ACL within another one does has another blank before it.
    const [, begun] = /^>>> using ACL "(.*)"$/.exec(line) ?? [];
    const [, verb, place] = /^>>> processing "(\w+)"(?: \((.*)\))?$/.exec(line) ?? [];
    const [, checked] = /^>>> check (.*)$/.exec(line) ?? [];
    const [, end] = /^>>> end of ACL ".*": (.*)$/.exec(line) ?? [];
    if (begun !== undefined) [acl, statement, condition] = [begun, undefined, undefined];
    if (verb !== undefined)
      [statement, condition] = [
        `'${verb}'${place === undefined ? '' : ` in ${place.replace(/ (\d+)$/, ', line $1')}`}`,
        undefined,
      ];
    if (checked !== undefined) condition = checked;
    if (end === undefined || end === 'ACCEPT') continue;
    if (end.startsWith('implicit')) return `the end of ACL ${acl}, which nothing had accepted before`;
    return [`${statement ?? 'a statement'} of ACL ${acl}`, condition].filter(Boolean).join(': ');
  }
  return option;
}
