import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareMap } from '../../src/diagnose/map-comparison.ts';
import { iplsearchMap } from '../../src/maps/iplsearch.ts';
import type { MapType } from '../../src/maps/map-type.ts';
import { opensmtpdMap } from '../../src/maps/opensmtpd.ts';
import type { Output } from '../../src/maps/output.ts';
import { tcprulesMap } from '../../src/maps/tcprules.ts';
import { publishedForms } from '../../src/relay/published-form.ts';
import { outputOf, publish } from '../maps/map-table.ts';
import { openPolicy } from '../relay/table-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const same = (address: string) => address;

const relaying = ['192.0.2.1', '198.51.100.2', '2001:db8::3', '2001:db8::4'];

/** The output of a map of some addresses and networks. */
function published(type: MapType, forms: readonly string[], rest: Partial<Output> = {}): Output {
  const output = outputOf(type, rest);
  publish(type, output, forms);
  return output;
}

describe('compareMap()', () => {
  it.each([
    { name: 'all of it', rest: {}, prefix: 128, forms: relaying },
    { name: 'IPv4 alone', rest: { families: 'ipv4' }, prefix: 128, forms: relaying.slice(0, 2) },
    { name: 'IPv6 alone', rest: { families: 'ipv6' }, prefix: 128, forms: relaying.slice(2) },
    { name: 'networks', rest: {}, prefix: 64, forms: [...relaying.slice(0, 2), '2001:db8::/64'] },
  ] as const)('agrees where the map holds $name', ({ rest, prefix, forms }) => {
    const comparison = compareMap(
      published(iplsearchMap, forms, rest),
      relaying,
      publishedForms(openPolicy, prefix),
    );
    expect(comparison).toMatchObject({ agrees: true, addresses: forms.length, missing: [], extra: [] });
  });

  it('tells what is missing and what is extra', () => {
    const output = published(opensmtpdMap, ['192.0.2.1', '203.0.113.66'], { kind: 'file' });
    expect(compareMap(output, relaying, same)).toEqual({
      map: `opensmtpd ${output.path}`,
      agrees: false,
      addresses: 2,
      missing: relaying.slice(1),
      extra: ['203.0.113.66'],
      leftOut: 0,
      mta: [],
    });
  });

  it("misses nothing that the admin's own file keeps out", () => {
    const own = join(temporaryFolder(), 'tcp.smtp');
    writeFileSync(own, '192.0.2.:deny\n198.51.100.2:allow\n');
    const options = [`merge=${own}`];
    const output = published(tcprulesMap, relaying, { options });
    expect(compareMap(output, relaying, same)).toMatchObject({ agrees: true, addresses: 2, leftOut: 2 });
    writeFileSync(own, '');
    expect(compareMap(output, relaying, same)).toMatchObject({
      agrees: false,
      missing: ['192.0.2.1', '198.51.100.2'],
    });
  });

  it('says why a map cannot be read', () => {
    const output = outputOf(tcprulesMap);
    expect(compareMap(output, relaying, same)).toMatchObject({
      agrees: false,
      missing: relaying,
      trouble: 'no such file',
    });
  });
});
