import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makemapMap } from '../../src/maps/makemap.ts';
import { sendmailAccessMap } from '../../src/maps/sendmail-access.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { failureOf, outputOf } from './map-table.ts';

/** Returns an output that merges a source, and that source's name. */
function merging(source: string) {
  const own = join(temporaryFolder(), 'access');
  writeFileSync(own, source);
  return { own, output: outputOf(sendmailAccessMap, { options: [`merge=${own}`] }) };
}

describe('map type sendmail-access', () => {
  const source = `# of the admin
Connect:198.51.100.1    OK
198.51.100.2\tREJECT
CONNECT:203.0.113\tERROR:5.7.1:"550 no"
Connect:203.0.113.128\tRELAY
192.0.2\tOK
192.0\tREJECT
Connect:10\tSKIP
connect:ipv6:2001:DB8:5:0\tREJECT
Connect:IPv6:2001:db8:6\tREJECT
IPv6:2001:db8:6:1\trelay
From:spammer@203.0.113.7\tREJECT
example.org\tRELAY
`;
  it.each([
    { form: '198.51.100.1', leftOut: true },
    { form: '198.51.100.2', leftOut: true },
    { form: '198.51.100.20', leftOut: false },
    { form: '203.0.113.7', leftOut: true },
    { form: '203.0.113.128', leftOut: true },
    { form: '192.0.2.9', leftOut: false },
    { form: '192.0.3.9', leftOut: true },
    { form: '10.1.2.3', leftOut: false },
    { form: '2001:db8:5::1', leftOut: true },
    { form: '2001:db8:5:1::1', leftOut: false },
    { form: '2001:db8:5::/64', leftOut: true },
    { form: '2001:db8:6::1', leftOut: true },
    { form: '2001:db8:6:1::1', leftOut: false },
    { form: '2001:db8:6:2::/64', leftOut: true },
  ])('leaves $form out: $leftOut', ({ form, leftOut }) => {
    expect(sendmailAccessMap.leavesOut?.(merging(source).output)(form)).toBe(leftOut);
  });

  it('leaves nothing out where nothing is merged', () => {
    expect(sendmailAccessMap.leavesOut?.(outputOf(sendmailAccessMap))('192.0.2.1')).toBe(false);
  });

  it.each([
    { given: 'foo', why: 'no key and value' },
    { given: ' foo RELAY', why: 'no key and value' },
    { given: 'foo\t', why: 'no key and value' },
    { given: 'connect:10.1 RELAY', why: 'has the key of an earlier line' },
  ])('refuses to merge $given', ({ given, why }) => {
    const { own, output } = merging(`Connect:10.1\tOK\n${given}`);
    expect(failureOf(() => sendmailAccessMap.write(output))).toMatch(
      new RegExp(`^${own}:2: cannot be merged: '.*': ${why}; the old map stays in use`),
    );
  });

  it.each([
    { families: 'both', prefix: 64, refused: false },
    { families: 'both', prefix: 128, refused: false },
    { families: 'both', prefix: 60, refused: true },
    { families: 'ipv6', prefix: 60, refused: true },
    { families: 'ipv4', prefix: 60, refused: false },
  ] as const)('refuses $families with ipv6-prefix $prefix: $refused', ({ families, prefix, refused }) => {
    const refusal = sendmailAccessMap.refusal?.(outputOf(sendmailAccessMap, { families }), prefix);
    expect(refusal !== undefined).toBe(refused);
  });
});

describe('map type makemap', () => {
  it('knows the kinds that are one file', () => {
    const refusals = ['hash', 'btree', 'dbm', 'cdb', 'constructor'].map((kind) =>
      makemapMap.refusal?.(outputOf(makemapMap, { kind }), 128),
    );
    expect(refusals.map((refusal) => refusal === undefined)).toEqual([true, true, false, false, false]);
  });
});
