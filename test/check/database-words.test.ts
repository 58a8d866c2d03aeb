import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../src/check/database-words.ts';
import { schemaFindings } from '../../src/check/shared-findings.ts';
import type { Target } from '../../src/maps/shared/target.ts';

const target = {
  ...{ host: 'db.example.org', port: 3306, others: [], isWriterSought: false, database: 'exact' },
  ...{ user: 'exact_writer', sslMode: 'verify-full', sslRootCert: '/etc/exact/db.pem' },
} as unknown as Target;

describe('what is typed to mend a table', () => {
  it('is of the programs of its database', () => {
    expect(wordsOf('mysql').try(target)).toBe(
      'mariadb -h db.example.org -P 3306 -u exact_writer --ssl --ssl-verify-server-cert --ssl-ca /etc/exact/db.pem -p exact # does it answer?',
    );
    expect(
      wordsOf('mysql').try({ ...target, host: '/run/s', sslMode: 'disable', sslRootCert: undefined }),
    ).toBe('mariadb -S /run/s -u exact_writer -p exact # does it answer?');
    expect(wordsOf('pgsql').try(target)).toMatch(/^psql 'host=db\.example\.org port=3306 dbname=exact/);
  });

  it('gives a role what it lacks, whatever its name is', () => {
    const grant = (type: string, role: string) => wordsOf(type).grant('insert on exact_relay', role);
    expect(grant('mysql', "o'hara@%")).toBe("grant insert on exact_relay to 'o''hara'@'%'");
    expect(grant('pgsql', 'o"hara')).toBe('grant insert on exact_relay to "o""hara"');
    expect(wordsOf('pgsql').grant('usage on exact_serial', 'x')).toBe(
      'grant usage on sequence exact_serial to "x"',
    );
  });

  it('runs the script that makes what is missing', () => {
    const health = {
      database: 'exact',
      role: 'w@%',
      hasTable: true,
      missing: ['exact_hosts.size'],
      lacking: [],
      open: [],
    };
    const seen = { health, words: wordsOf('mysql') } as unknown as Parameters<typeof schemaFindings>[0];
    expect(schemaFindings(seen)).toMatchObject([
      { level: 'FAIL', fix: expect.stringMatching(/^mariadb exact < mysql\.sql /) },
    ]);
  });
});
