// Run by ask-relay.ts inside a namespace: asks servers, as clients at addresses of their own, whether they would relay.
// Targets come as JSON on standard input, each with its clients; without an argument each client asks once, all at the
// same time, and its replies go to standard output as JSON. With one, the clients of a target ask in turn, every 50 ms,
// until the file that the argument names is there, and what was not as wanted goes to standard output. A target with `until`
// has one client, who asks again at once until it hears these codes: the answer is when it connected that time.
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

const gapMs = 50;

/** A server that hangs has to be seen to hang. */
const patienceMs = 20_000;

/** Returns the codes of all replies of a conversation up to that to RCPT, with a note if it ended early. */
async function ask({ port, recipient }, { source, server }) {
  const lines = ['EHLO client.example', 'MAIL FROM:<sender@client.example>', `RCPT TO:<${recipient}>`];
  const codes = [];
  const socket = connect({ host: server, port, localAddress: source });
  socket.setEncoding('latin1');
  socket.setTimeout(patienceMs, () => socket.destroy(new Error(`no reply in ${patienceMs / 1000} s`)));
  let pending = '';
  try {
    for await (const received of socket) {
      const whole = (pending + received).split('\r\n');
      pending = whole.pop();
      for (const line of whole.filter((line) => /^\d{3} /.test(line))) {
        codes.push(line.slice(0, 3));
        if (codes.length > lines.length) {
          // Nobody waits for the reply: Exim takes 0.2 s for it.
          socket.end('QUIT\r\n');
          return codes.join(' ');
        }
        socket.write(`${lines[codes.length - 1]}\r\n`);
      }
    }
  } catch (error) {
    return `${codes.join(' ')} ${error.message}`;
  }
  return `${codes.join(' ')} hung up`;
}

async function askOnce(target) {
  const replies = target.clients.map(async (client) => [client.source, await ask(target, client)]);
  return Object.fromEntries(await Promise.all(replies));
}

async function watch(target, end) {
  const wrong = [];
  let connections = 0;
  for (; !existsSync(end); connections++) {
    const client = target.clients[connections % target.clients.length];
    const replies = await ask(target, client);
    if (replies !== client.want) wrong.push(`${client.source}: ${replies}`);
    await delay(gapMs);
  }
  return { name: target.name, connections, wrong: wrong.slice(0, 100) };
}

/** Returns milliseconds since 1970. */
async function askUntil(target) {
  for (;;) {
    const now = Date.now();
    if ((await ask(target, target.clients[0])) === target.until) return now;
  }
}

const end = process.argv[2];
const targets = await json(process.stdin);
const results = await Promise.all(
  targets.map((target) => {
    if (target.until !== undefined) return askUntil(target);
    return end === undefined ? askOnce(target) : watch(target, end);
  }),
);
process.stdout.write(JSON.stringify(results));
