import { describe, expect, it } from 'vitest';
import { createLineFinder } from '../../src/recognize/find-lines.ts';
import { soughtRule } from '../../src/recognize/needles.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { createScanner } from '../../src/recognize/scan.ts';
import { wantedField, wantedFields } from '../../src/recognize/wanted-lines.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { utc } from '../../src/syslog/zone.ts';
import { ruleOf } from '../rules/rule-of.ts';
import { readAt } from '../rules/samples.ts';

const { rules } = await loadRules({ servers: ['auto'], files: [] });
const about = { source: 'log', isNew: false, writtenBefore: readAt };

function chunkOf(bytes: Buffer) {
  return { ...about, bytes, start: 0, end: bytes.length, firstLine: 1 };
}

const login = (program: string) =>
  `Nov 22 10:04:26 mx ${program}: imap-login: Login: user=<bob>, rip=192.0.2.10, lip=192.0.2.1\n`;

describe('createLineFinder()', () => {
  it('notes any number of lines, and begins anew with each chunk', () => {
    const find = createLineFinder(rules.map(soughtRule));
    const bytes = Buffer.from(login('dovecot').repeat(5000));
    const { count, fields } = find(chunkOf(bytes));
    expect(count).toBe(5000);
    const last = fields.subarray(4999 * wantedFields, 5000 * wantedFields);
    expect(last[wantedField.line]).toBe(4999);
    expect(last[wantedField.end]).toBe(bytes.length - 1);
    expect(last[wantedField.head]).toBe(fields[wantedField.head]);
    expect(find(chunkOf(Buffer.from(login('dovecot')))).count).toBe(1);
  });

  it('finds the lines of a program among any number that somebody makes up, and names no more than a host has', async () => {
    const some = [
      ...rules.filter(({ name }) => name === 'dovecot'),
      // One for programs of any number of names, and one whose program comes after them.
      await ruleOf('program zpopd*', 'match ^%{USER} from %{ADDRESS}$'),
      await ruleOf('program last', 'match ^login of %{USER} from %{ADDRESS}$'),
    ];
    const last = 'Nov 22 10:04:27 mx last: login of alice from 192.0.2.11\n';
    const scanner = createScanner(createRecognizer({ rules: some, zone: utc, connectWindow: 120 }));
    const find = createLineFinder(some.map(soughtRule));
    for (let round = 0; round < 3; round++) {
      const madeUp = Array.from({ length: 3000 }, (_, index) => login(`zpopd${round}-${index}`)).join('');
      const chunk = chunkOf(Buffer.from(`${login('dovecot')}${madeUp}${last}`));
      const { count, fields, programs } = find(chunk);
      const names = Array.from(
        { length: count },
        (_, index) => programs[fields[index * wantedFields + wantedField.program] as number],
      );
      // The second needs a closer look, since its program is one too many.
      expect(names).toEqual(['dovecot', undefined]);
      expect(programs.length).toBeLessThanOrEqual(1000);
      const found: string[] = [];
      scanner.scan(chunk, (outcome) => found.push(outcome.kind));
      expect(found).toEqual(['login', 'login']);
    }
  });
});
