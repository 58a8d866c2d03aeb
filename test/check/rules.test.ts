import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Day } from '../../src/check/day.ts';
import { checkRules } from '../../src/check/rules.ts';
import type { Settings } from '../../src/config/settings.ts';
import { Samples } from '../../src/rule-debugger/samples.ts';
import { createTrial } from '../../src/rule-debugger/trial.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { temporaryFolder } from '../temporary-folder.ts';

it('finds a stanza of EXACT 1.41 replaced, says why, and the fix removes it and nothing else', async () => {
  const path = join(temporaryFolder(), 'exact-servers.conf');
  const [order, match] = ['host user', '(a)login: (b) (c)'];
  const digest = createHash('sha256').update(`${order}\n${match}\n`).digest('hex');
  const shipped = new Map([[digest, { name: 'dovecot', fault: 'it takes failed logins for logins' }]]);
  const mine = '<server mine>\n  program mine\n  match ^%{USER} from %{PEER}$\n</server>\n';
  writeFileSync(path, `${mine}<server dovecot>\n order ${order}\n match ${match}\n</server>\n${mine}`);
  const files = [{ path, text: readFileSync(path, 'utf8') }];
  const wanted = await loadRules({ servers: ['auto'], files, shipped });
  const options = { rules: wanted.rules, zone: () => 0, connectWindow: 120 };
  const day = new Day(
    { wanted, samples: new Samples(options), trial: await createTrial(options, 0) },
    0,
    () => 0,
  );
  const findings = await checkRules({ servers: ['auto'], origins: new Map() } as unknown as Settings, day);
  const found = findings.find(({ text }) => text.includes('EXACT 1.41'));
  expect(found).toMatchObject({
    level: 'note',
    text: `${path}:5: rule dovecot: is that of EXACT 1.41; the built-in 'dovecot' is used in its place: it takes failed logins for logins`,
  });
  execFileSync('sh', ['-c', found?.fix ?? 'false']);
  expect(readFileSync(path, 'utf8')).toBe(mine + mine);
});
