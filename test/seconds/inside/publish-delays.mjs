// Writes login lines and waits until their addresses stand in the map. Standard input asks as JSON: `count`, how many;
// `network`, what their addresses begin with; `path`, a log that is kept open as rsyslog keeps it, or none: logger(1)
// hands them to syslog; and either `everyMs`, the milliseconds from one to the next, whatever comes of it, or `pausesMs`,
// the greatest pause after the last one was published. Prints the milliseconds that each took, null where it was not
// published within `patienceMs`.
import { spawn } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';
import { json } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { lookUntil, published } from './map.mjs';

const { count, network, path, everyMs, pausesMs, patienceMs } = await json(process.stdin);
const command = ['--tag', 'dovecot', '--priority', 'mail.info', '--id=815'];
const logger =
  path === undefined ? spawn('logger', command, { stdio: ['pipe', 'ignore', 'inherit'] }) : undefined;
const log = path === undefined ? undefined : openSync(path, 'a');
const written = new Map();

/** Writes the login of a user of its own, from an address of its own, which it returns. */
function logIn(number) {
  const address = `${network}${(number + 1).toString(16)}::1`;
  const message = `imap-login: Login: user=<writer${number}>, method=PLAIN, rip=${address}, lip=2001:db8::1, mpid=${1000 + number}, TLS, session=<${number}>`;
  if (log === undefined) logger.stdin.write(`${message}\n`);
  else writeSync(log, `${new Date().toISOString()} mx dovecot: ${message}\n`);
  written.set(address, Date.now());
  return address;
}

for (let number = 0; number < count; number++) {
  const address = logIn(number);
  if (everyMs !== undefined) {
    await lookUntil(() => false, everyMs);
    continue;
  }
  await lookUntil(() => published.has(address), patienceMs);
  // A sequence that spreads evenly, and is the same each time.
  await wait(pausesMs * ((number * 0.618034) % 1));
}
await lookUntil(() => [...written.keys()].every((address) => published.has(address)), patienceMs);
logger?.stdin.end();
const delays = [...written].map(([address, since]) =>
  published.has(address) ? published.get(address) - since : null,
);
process.stdout.write(JSON.stringify(delays));
