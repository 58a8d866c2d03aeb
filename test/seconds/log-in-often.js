// Run in the network of the Debian of mail-host.ts: logs in by POP3, `perSecond` times a second, from an address of its
// own each time, the users in turn. Prints the time of each +OK by address, in milliseconds since 1970.
import { json } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { fetchMail } from './pop3.js';

const { addresses, users, perSecond, password, servers } = await json(process.stdin);
const start = Date.now();
const logins = addresses.map(async (source, index) => {
  await wait(start + (index * 1000) / perSecond - Date.now());
  return [source, await fetchMail({ source, user: users[index % users.length], password, servers })];
});
process.stdout.write(JSON.stringify(Object.fromEntries(await Promise.all(logins))));
