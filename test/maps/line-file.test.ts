import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cidrMap } from '../../src/maps/cidr.ts';
import { iplsearchMap } from '../../src/maps/iplsearch.ts';
import type { MapType } from '../../src/maps/map-type.ts';
import { textMap } from '../../src/maps/text.ts';
import { failureOf, forms, outputOf, publish } from './map-table.ts';

const table = ['192.0.2.1', '198.51.100.20', '2001:db8::2', '2001:db8:7::/64'];

interface Lines {
  readonly type: MapType;
  readonly options?: readonly string[];
  readonly want: string;
}

const types: readonly Lines[] = [
  {
    type: textMap,
    options: ['prefix-length'],
    want: '192.0.2.1/32\n198.51.100.20/32\n2001:db8::2/128\n2001:db8:7::/64\n',
  },
  { type: textMap, want: '192.0.2.1\n198.51.100.20\n2001:db8::2\n2001:db8:7::/64\n' },
  { type: iplsearchMap, want: '192.0.2.1\n198.51.100.20\n"2001:db8::2"\n"2001:db8:7::/64"\n' },
  { type: cidrMap, want: '192.0.2.1 OK\n198.51.100.20 OK\n2001:db8::2 OK\n2001:db8:7::/64 OK\n' },
];

describe.each(types)('map type $type.name $options', ({ type, options = [], want }) => {
  it('has a line for each address and network', () => {
    const output = outputOf(type, { mode: 0o640, options });
    publish(type, output, table);
    expect(readFileSync(output.path, 'utf8')).toBe(want);
    expect(statSync(output.path).mode & 0o777).toBe(0o640);
    expect(readdirSync(dirname(output.path))).toEqual(['relay']);
  });

  it('is an empty file for an empty table', () => {
    const output = outputOf(type, { options });
    publish(type, output, []);
    expect(readFileSync(output.path, 'utf8')).toBe('');
    expect([...type.read(output)]).toEqual([]);
  });

  it('has no part of a line, and no end of one', () => {
    const output = outputOf(type, { options });
    publish(type, output, table);
    for (const form of ['192.0.2', '192.0.2.11', '8.51.100.20', '2001:db8::', '2001:db8:7::']) {
      expect(type.has?.(output, form)).toBe(false);
    }
  });

  it('has each line of a file that is read in many blocks, and no other', () => {
    const output = outputOf(type);
    const given = Array.from(
      { length: 60_000 },
      (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
    );
    publish(type, output, given);
    // Of lines of 9 to 16 bytes many end a block or go over its end.
    for (let index = 0; index < given.length; index += index % 20_000 < 50 ? 1 : 997) {
      expect(type.has?.(output, given[index] as string)).toBe(true);
    }
    for (let block = 1; block * 256 * 1024 < statSync(output.path).size; block++) {
      const text = readFileSync(output.path, 'latin1');
      const end = block * 256 * 1024;
      const around = text
        .slice(end - 64, end + 64)
        .split('\n')
        .slice(1, -1);
      for (const line of around) expect(type.has?.(output, line.replace(' OK', ''))).toBe(true);
    }
    expect(type.has?.(output, '10.0.255')).toBe(false);
    expect(type.has?.(output, '10.255.0.1')).toBe(false);
  });

  it('P09 reads back what was published', () => {
    const output = outputOf(type, { options });
    fc.assert(
      fc.property(fc.constantFrom(48, 61, 64, 128).chain(forms), (given) => {
        publish(type, output, given);
        expect([...type.read(output)]).toEqual(given);
        for (const form of given) expect(type.has?.(output, form)).toBe(true);
        expect(type.has?.(output, '255.255.255.255')).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  it('has one digest for one content', () => {
    const output = outputOf(type, { options });
    const digest = publish(type, output, table);
    expect(publish(type, outputOf(type, { options }), table)).toBe(digest);
    expect(publish(type, output, table.slice(1))).not.toBe(digest);
    expect(publish(type, output, [])).not.toBe(digest);
  });

  it('leaves the old map until it publishes', () => {
    const output = outputOf(type, { options });
    publish(type, output, ['192.0.2.1']);
    const writer = type.write(output);
    writer.add('192.0.2.2');
    writer.finish();
    expect([...type.read(output)]).toEqual(['192.0.2.1']);
    writer.discard();
    expect(readdirSync(dirname(output.path))).toEqual(['relay']);
  });

  it('passes over lines that somebody has written as comments', () => {
    const output = outputOf(type, { options });
    writeFileSync(output.path, `# ours\n\n${want}`);
    expect([...type.read(output)]).toEqual(table);
  });

  it('says why it cannot be read', () => {
    const output = outputOf(type, { options });
    expect(failureOf(() => type.read(output))).toBe(
      `${output.path}: cannot read: no such file; whom it lets relay is not known`,
    );
  });
});
