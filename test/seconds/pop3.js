// What clients of mail-host.ts have in common: conversations in lines, and fetching mail.
import { createInterface } from 'node:readline';
import { connect } from 'node:tls';

/** Returns what says a line and waits for the last line of the reply; without a line it waits for the greeting. */
export function conversation(socket, endOfReply) {
  const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })[
    Symbol.asyncIterator
  ]();
  return async (line) => {
    if (line !== undefined) socket.write(`${line}\r\n`);
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error('the server hung up');
      if (endOfReply.test(value)) return value;
    }
  };
}

/** Returns the address of the server that a client meets: of its own family. */
export function serverOf(source, { ipv4, ipv6 }) {
  return source.includes(':') ? ipv6 : ipv4;
}

/** Logs in by POP3, and returns when the server said that it let the client in, in milliseconds since 1970. */
export async function fetchMail({ source, user, password, servers }) {
  // The server of a test has signed its certificate itself.
  const socket = connect({
    host: serverOf(source, servers),
    port: 995,
    localAddress: source,
    rejectUnauthorized: false,
  });
  const ask = conversation(socket, /^(\+OK|-ERR)/);
  await ask();
  await ask(`USER ${user}`);
  const reply = await ask(`PASS ${password}`);
  const now = Date.now();
  if (!reply.startsWith('+OK')) throw new Error(`${user} may not log in: ${reply}`);
  socket.end('QUIT\r\n');
  return now;
}
