/** No line that is a login in any sample of a server, or in any form of lines, is passed over unread. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { isWorthReading } from '../../src/maillog/unread/search.ts';
import { soughtLines } from '../../src/recognize/sought-lines.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { runExact } from '../commands/run-exact.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, folder, name))
    .filter((path) => statSync(path).isFile());
const samples = [
  ...files('src/servers').filter((path) => path.endsWith('.log')),
  ...files('test/syslog/forms').filter((path) => !path.endsWith('.ts')),
];

it('every login of every sample is worth a run, and few lines of other programs are', async () => {
  const { rules } = await loadRules({ servers: ['auto'], files: [] });
  const sought = soughtLines(rules);
  if (sought === undefined) throw new Error('the catalog has a rule of which nothing is known');
  const needles = sought.needles.map((needle) => Buffer.from(needle, 'base64'));
  const isWorth = (line: string) => isWorthReading(Buffer.from(line, 'latin1'), needles, sought.programs);
  const passedOver: string[] = [];
  let logins = 0;
  for (const path of samples) {
    const { stdout } = await runExact(['parse', '--json', path]);
    const lines = readFileSync(path, 'latin1').split('\n');
    for (const found of stdout.split('\n').filter((row) => row !== '')) {
      logins++;
      const line = lines[JSON.parse(found).line - 1] ?? '';
      if (!isWorth(`${line}\n`)) passedOver.push(`${path}: ${line}`);
    }
  }
  expect(passedOver).toEqual([]);
  expect(logins).toBeGreaterThan(500);
  for (const line of [
    'Nov 22 10:04:26 mx postfix/smtpd[811]: connect from unknown[192.0.2.10]',
    '2026-11-22T10:04:26.007951+00:00 mx postfix/qmgr[8]: 4XyZ: from=<a@example.org>, size=1, nrcpt=1 (queue active)',
  ]) {
    expect(isWorth(`${line}\n`)).toBe(false);
  }
});
