import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CdbReader } from '../../src/cdb-ts/reader.ts';
import { memorySource } from '../../src/cdb-ts/source.ts';
import { tcprulesMap } from '../../src/maps/tcprules.ts';
import { plainCdb } from '../cdb-ts/plain-cdb.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { address, failureOf, outputOf, publish } from './map-table.ts';

/** Returns an output that merges a file of rules, and that file's name. */
function merging(rules: string, ...options: readonly string[]) {
  const own = join(temporaryFolder(), 'tcp.smtp');
  writeFileSync(own, rules, 'latin1');
  return { own, output: outputOf(tcprulesMap, { options: [`merge=${own}`, ...options] }) };
}

/** The records of a published map, NUL as `|`. */
function records(path: string): string[] {
  return [...new CdbReader(memorySource(readFileSync(path))).entries()].map(
    ({ key, value }) => `${key.toString('latin1')} ${value.toString('latin1').replaceAll('\0', '|')}`,
  );
}

const rules = `# of the admin
127.:allow,RELAYCLIENT="",RBLSMTPD=""
192.0.2.:deny
203.0.113.5:allow,GREETDELAY="3"
203.0.113.:allow,QMAILQUEUE="/bin/scan"
198.51.100.1-2:deny

2001:db8:5::allow,SIX="+RELAYCLIENT=no"
joe@198.51.100.9:allow
=.example.org:deny,WHY=/a:allow "/\t
:allow,QMAILQUEUE=!/bin/all!,MAXCONNIP="5"
`;

const own = [
  '127. +RELAYCLIENT=|+RBLSMTPD=|',
  '192.0.2. D|',
  '203.0.113.5 +GREETDELAY=3|',
  '203.0.113. +QMAILQUEUE=/bin/scan|',
  '198.51.100.1 D|',
  '198.51.100.2 D|',
  '2001:db8:5: +SIX=+RELAYCLIENT=no|',
  'joe@198.51.100.9 ',
  '=.example.org D|+WHY=a:allow "|',
  ' +QMAILQUEUE=/bin/all|+MAXCONNIP=5|',
];

describe('map type tcprules', () => {
  it('has RELAYCLIENT, empty, for each address', () => {
    const output = outputOf(tcprulesMap);
    publish(tcprulesMap, output, ['198.51.100.1', '2001:db8::2']);
    expect(records(output.path)).toEqual(['198.51.100.1 +RELAYCLIENT=|', '2001:db8::2 +RELAYCLIENT=|']);
  });

  it('leaves out an address whose key would be a network', () => {
    const given = ['198.51.100.1', '2001:db8:7::', '2001:db8:7::1'];
    for (const output of [outputOf(tcprulesMap), merging('127.:allow\n').output]) {
      publish(tcprulesMap, output, given);
      expect([...tcprulesMap.read(output)]).toEqual(['198.51.100.1', '2001:db8:7::1']);
      expect(given.map((each) => tcprulesMap.leavesOut?.(output)(each))).toEqual([false, true, false]);
    }
  });

  it('is valid when it is empty', () => {
    const output = outputOf(tcprulesMap);
    publish(tcprulesMap, output, []);
    expect(records(output.path)).toEqual([]);
    expect([...tcprulesMap.read(output)]).toEqual([]);
  });

  it("has the admin's rules as tcprules compiles them, and an empty table changes nothing of them", () => {
    const { output } = merging(rules);
    publish(tcprulesMap, output, []);
    expect(records(output.path)).toEqual(own);
    expect([...tcprulesMap.read(output)]).toEqual([]);
  });

  it.each([
    { given: '127.0.0.9', want: '+RELAYCLIENT=|+RBLSMTPD=|' },
    { given: '198.51.100.3', want: '+QMAILQUEUE=/bin/all|+MAXCONNIP=5|+RELAYCLIENT=|+RBLSMTPD=|' },
    { given: '203.0.113.9', want: '+QMAILQUEUE=/bin/scan|+RELAYCLIENT=|+RBLSMTPD=|' },
    { given: '2001:db8:5::1', want: '+SIX=+RELAYCLIENT=no|+RELAYCLIENT=|+RBLSMTPD=|' },
    { given: '2001:db8::1', want: '+QMAILQUEUE=/bin/all|+MAXCONNIP=5|+RELAYCLIENT=|+RBLSMTPD=|' },
  ])('lets $given relay and keeps what its closest rule sets', ({ given, want }) => {
    const { output } = merging(rules, 'rblsmtpd');
    publish(tcprulesMap, output, [given]);
    expect(records(output.path)).toEqual([...own, `${given} ${want}`]);
    expect([...tcprulesMap.read(output)]).toEqual([given]);
    expect(tcprulesMap.leavesOut?.(output)(given)).toBe(false);
  });

  it.each(['192.0.2.7', '198.51.100.1', '203.0.113.5'])(
    'leaves %s to the rule that refuses or names it',
    (given) => {
      const { output } = merging(rules);
      publish(tcprulesMap, output, [given]);
      expect(records(output.path)).toEqual(own);
      expect(tcprulesMap.leavesOut?.(output)(given)).toBe(true);
    },
  );

  it('has a digest of the rules and the addresses', () => {
    const digests = [rules, `${rules}10.:deny\n`].flatMap((text) =>
      [[], ['198.51.100.3']].map((given) => publish(tcprulesMap, merging(text).output, given)),
    );
    expect(new Set(digests).size).toBe(4);
    expect(publish(tcprulesMap, merging(rules).output, ['198.51.100.3'])).toBe(digests[1]);
  });

  it.each([
    { given: '1.2.3.4', why: 'no ADDRESS:allow or ADDRESS:deny' },
    { given: '1.2.3.4: allow', why: 'no ADDRESS:allow or ADDRESS:deny' },
    { given: ':', why: 'no ADDRESS:allow or ADDRESS:deny' },
    { given: '1.2.3.4:allowed', why: `'ed' is not ,VAR="VALUE"` },
    { given: '1.2.3.4:allow,X', why: `',X' is not ,VAR="VALUE"` },
    { given: '1.2.3.4:allow,X="a', why: `',X="a' is not ,VAR="VALUE"` },
    { given: '1.2.3.4:allow,X="1"Y="2"', why: `'Y="2"' is not ,VAR="VALUE"` },
    { given: '1.2.3.4:deny # why', why: `' # why' is not ,VAR="VALUE"` },
    { given: '1.2.3.x-5:deny', why: 'no range of numbers' },
    { given: '1.2.3.4-:deny', why: 'no range of numbers' },
  ])('refuses to merge $given', ({ given, why }) => {
    const { own: path, output } = merging(`127.:allow\n${given}\n`);
    expect(failureOf(() => tcprulesMap.write(output))).toBe(
      `${path}:2: cannot be merged: '${given}': ${why}; the old map stays in use, and expired addresses stay in it`,
    );
  });

  it('publishes nothing while rules cannot be read', () => {
    const output = outputOf(tcprulesMap, { options: ['merge=/nonexistent/tcp.smtp'] });
    expect(failureOf(() => tcprulesMap.write(output))).toMatch(
      /^\/nonexistent\/tcp.smtp: cannot read what \/.* merges: no such file; the old map stays in use/,
    );
  });

  it('merges several files in their order, the first having the word', () => {
    const [first, second] = [merging('10.0.0.1:deny').own, merging('10.0.0.1:allow\n10.0.0.2:allow').own];
    const output = outputOf(tcprulesMap, { options: [`merge=${first}`, `merge=${second}`] });
    expect(tcprulesMap.sources?.(output)).toEqual([first, second]);
    publish(tcprulesMap, output, ['10.0.0.1', '10.0.0.2', '10.0.0.3']);
    expect(records(output.path)).toEqual([
      '10.0.0.1 D|',
      '10.0.0.1 ',
      '10.0.0.2 ',
      '10.0.0.3 +RELAYCLIENT=|',
    ]);
  });

  it('reads back, and looks up, what was published', () => {
    const { output } = merging('198.18.0.0:deny\n:allow,X="1"\n');
    fc.assert(
      fc.property(fc.uniqueArray(address, { maxLength: 40 }), (given) => {
        publish(tcprulesMap, output, given);
        const held = given.filter((each) => !each.endsWith(':'));
        expect([...tcprulesMap.read(output)]).toEqual(held);
        for (const each of given) expect(tcprulesMap.has?.(output, each)).toBe(held.includes(each));
        expect(tcprulesMap.has?.(output, '255.255.255.255')).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it('reads as leave what sets RELAYCLIENT and is no denial, under whatever key', () => {
    const output = outputOf(tcprulesMap);
    const of = (key: string, data: string) => [Buffer.from(key), Buffer.from(data)] as const;
    const given = [
      of('10.', '+RELAYCLIENT=@x\0'),
      of('10.0.0.1', '+X=+RELAYCLIENT=\0'),
      of('10.0.0.2', 'D\0+RELAYCLIENT=\0'),
      of('10.0.0.3', ''),
      of('10.0.0.4', '+A=\0+RELAYCLIENT=\0'),
    ];
    writeFileSync(output.path, plainCdb(given));
    expect([...tcprulesMap.read(output)]).toEqual(['10.', '10.0.0.4']);
    expect(tcprulesMap.has?.(output, '10.0.0.2')).toBe(false);
  });

  it('says why it cannot be read', () => {
    const output = outputOf(tcprulesMap);
    const want = (why: string) => `${output.path}: cannot read: ${why}; whom it lets relay is not known`;
    expect(failureOf(() => tcprulesMap.read(output))).toBe(want('no such file'));
    expect(failureOf(() => tcprulesMap.has?.(output, '10.0.0.1'))).toBe(want('no such file'));
    publish(tcprulesMap, output, ['10.0.0.1']);
    truncateSync(output.path, 2060);
    expect(failureOf(() => tcprulesMap.read(output))).toContain('cannot read: table ');
  });
});
