// A table of a million addresses, a third of them IPv6, each of a user of its own.
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beginning } from './generate-maillog.js';
import { run } from './lab.js';

const million = 1_000_000;

/** When the logins of most tables were, Unix milliseconds. */
export const usualTime = beginning + 3_600_000;

/** Writes the logins of a time, once for each lab, as `update --logins` reads them; returns where. */
export function writeLogins(lab, now) {
  const path = join(lab.folder, `logins-${now}.jsonl`);
  if (existsSync(path)) return path;
  const file = openSync(path, 'w');
  for (let start = 0; start < million; start += 10_000) {
    const lines = Array.from({ length: 10_000 }, (_, index) => loginOf(start + index, now));
    writeFileSync(file, lines.join(''));
  }
  closeSync(file);
  return path;
}

/** Fills a host's table with these; returns the time of the logins. */
export function fillTable(host, lab, now = usualTime) {
  run(host.exact(now, 'update', '--logins', writeLogins(lab, now)));
  const published = readFileSync(host.text, 'latin1').split('\n').length - 1;
  if (published !== million) throw new Error(`${published} addresses are published, not a million`);
  return now;
}

function loginOf(index, now) {
  const [high, middle, low] = [index >> 16, (index >> 8) & 255, index & 255];
  return `${JSON.stringify({
    time: new Date(now).toISOString(),
    address:
      index % 3 === 0
        ? `2001:db8:${high + 1}::${(index & 0xffff).toString(16)}`
        : `20.${high}.${middle}.${low}`,
    user: `user${index}`,
    server: 'dovecot',
    host: 'mx1',
    program: 'dovecot',
    pid: '',
    source: '-',
    line: index + 1,
  })}\n`;
}
