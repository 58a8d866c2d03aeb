// Run in the network of the Debian of mail-host.ts: clients that fetch their mail by POP3 and send at once, each asking
// again until it may. Standard input lists them as JSON: the `source` address, the `user`, and the `pauseMs` before it.
// Prints the milliseconds from the +OK of each login to the 250 of its recipient, null where none came within a minute.
import { once } from 'node:events';
import { connect } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { conversation, fetchMail, serverOf } from './pop3.js';

const { clients, password, servers } = await json(process.stdin);

/** Returns the reply code to a recipient in another domain. */
async function tryToSend(source) {
  const socket = connect({ host: serverOf(source, servers), port: 25, localAddress: source });
  const ask = conversation(socket, /^\d{3} /);
  let reply = await ask();
  for (const line of [
    'EHLO client.example',
    'MAIL FROM:<sender@client.example>',
    'RCPT TO:<somebody@remote.example>',
  ]) {
    reply = await ask(line);
  }
  socket.end('QUIT\r\n');
  await once(socket, 'close');
  return Number(reply.slice(0, 3));
}

const delays = [];
for (const client of clients) {
  await wait(client.pauseMs);
  const since = await fetchMail({ ...client, password, servers });
  let delay = null;
  while (delay === null && Date.now() < since + 60_000) {
    if ((await tryToSend(client.source)) === 250) delay = Date.now() - since;
    else await wait(50);
  }
  delays.push(delay);
}
process.stdout.write(JSON.stringify(delays));
