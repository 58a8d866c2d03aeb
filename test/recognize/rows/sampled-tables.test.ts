import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createRecognizer } from '../../../src/recognize/recognizer.ts';
import { tablesFile, tablesIn } from '../../../src/recognize/rows/automaton-table.ts';
import { sampledTables } from '../../../src/recognize/rows/sampled-tables.ts';
import { loadRules } from '../../../src/rules/load-rules.ts';
import { utc } from '../../../src/syslog/zone.ts';
import { samples } from '../../rules/samples.ts';
import { tables } from './tables.ts';

const { rules } = await loadRules({ servers: ['auto'], files: [] });
const { rulesFor } = createRecognizer({ rules, zone: utc, connectWindow: 0, logouts: false });
const dovecot = rulesFor('dovecot');

const logs = samples.map(({ bytes }) => bytes.toString());
const [sample = ''] = logs.filter((log) => log.includes(' dovecot: '));

describe('sampledTables', () => {
  it('makes the file of the bundle', () => {
    const built = readFileSync(fileURLToPath(new URL('../../../dist/row-tables.bin', import.meta.url)));
    expect(tables.equals(built)).toBe(true);
  });

  it('makes a table that reads back as it was', async () => {
    const file = await sampledTables([sample]);
    const table = tablesIn(file)(dovecot);
    if (table === undefined) throw new Error('no table');
    expect(table.ways).toHaveLength(table.states - 2);
    expect(tablesFile([[dovecot, table]]).equals(file)).toBe(true);
    expect(tablesIn(file)(rulesFor('imapd'))).toBeUndefined();
  });

  it('makes none of lines that no rule is tried on, or that are none', async () => {
    const file = await sampledTables(['x\n\n', 'Nov 22 10:04:26 mx postfix/smtpd[1]: connect from x\n']);
    expect(file.toString()).toBe('[]\n');
  });

  it('keeps room for states that are not in the samples', async () => {
    const few = tablesIn(await sampledTables([sample], 50))(dovecot);
    expect(few?.states).toBe(50);
    expect(tablesIn(await sampledTables([sample]))(dovecot)?.states).toBeGreaterThan(50);
  });
});
