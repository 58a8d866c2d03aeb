// Run by conversation.ts inside a namespace: holds the conversations that standard input lists as JSON, one after
// the other, each from a source address of its own, and prints the replies that each got, as JSON too. A server that
// does not answer, or hangs up early, ends it with status 1.
import { connect } from 'node:net';
import { json } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';

/** Long, because a server that answers at all answers at once; a server that hangs has to be seen to hang. */
const patienceMs = 20_000;

/** Says the next line at each line of the server that ends a reply, until nothing is left to be said. */
async function hold({ source, server, port, tls, endOfReply, lines, mayHangUp }) {
  const ends = new RegExp(endOfReply);
  const replies = [];
  const to = { host: server, port, localAddress: source };
  // A server of a test has signed its certificate itself.
  const socket = tls ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to);
  socket.setEncoding('latin1');
  socket.setTimeout(patienceMs, () => socket.destroy(new Error(`no reply in ${patienceMs / 1000} s`)));
  let pending = '';
  try {
    for await (const received of socket) {
      const whole = (pending + received).split('\r\n');
      pending = whole.pop();
      for (const line of whole.filter((line) => ends.test(line))) {
        replies.push(line);
        if (replies.length > lines.length) return replies;
        socket.write(`${lines[replies.length - 1]}\r\n`);
      }
    }
  } catch (error) {
    if (!mayHangUp) throw error;
  }
  if (mayHangUp) return replies;
  throw new Error(`the server hung up after ${JSON.stringify(replies)}`);
}

const replies = [];
for (const conversation of await json(process.stdin)) {
  try {
    replies.push(await hold(conversation));
  } catch (error) {
    console.error(`${conversation.source} to port ${conversation.port}: ${error.message}`);
    process.exit(1);
  }
}
process.stdout.write(JSON.stringify(replies));
