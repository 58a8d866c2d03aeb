// When addresses came into the relay map, as near as looking every 5 milliseconds tells.
import { readFileSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const map = '/var/lib/exact/relay.txt';

/** By address, when it was first seen in the map, in milliseconds since 1970. */
export const published = new Map();
let last = '';

function look() {
  const { ino, mtimeMs } = statSync(map);
  if (`${ino} ${mtimeMs}` === last) return;
  last = `${ino} ${mtimeMs}`;
  const now = Date.now();
  for (const address of readFileSync(map, 'utf8').split('\n')) {
    if (!published.has(address)) published.set(address, now);
  }
}

/** Looks until something is so, or some milliseconds are over. */
export async function lookUntil(isSo, patienceMs) {
  const end = Date.now() + patienceMs;
  for (look(); !isSo() && Date.now() < end; look()) await wait(5);
}
