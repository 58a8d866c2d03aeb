import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { arePublished, type PublishedMap, Publisher } from '../../src/maps/publisher.ts';
import { tcprulesMap } from '../../src/maps/tcprules.ts';
import { textMap } from '../../src/maps/text.ts';
import { noon } from '../relay/table-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { outputOf } from './map-table.ts';

/** A folder with the admin's rules, and the outputs of a run there. */
function host() {
  const folder = temporaryFolder();
  const own = join(folder, 'tcp.smtp');
  writeFileSync(own, '10.:deny\n');
  const outputs = [
    outputOf(textMap, { path: join(folder, 'relay.txt') }),
    outputOf(tcprulesMap, { path: join(folder, 'tcp.cdb'), options: [`merge=${own}`] }),
  ];
  const run = (before: Readonly<Record<string, PublishedMap>>, ...addresses: readonly string[]) => {
    const publisher = new Publisher(outputs, (address) => address);
    for (const address of addresses) publisher.add(address);
    publisher.finish();
    // As it is after a run: written to the state, and read from there by the next one.
    const maps = JSON.parse(JSON.stringify(publisher.publish(before, false))) as Record<string, PublishedMap>;
    return { maps, failures: publisher.failures.map(({ message }) => message) };
  };
  return { folder, own, outputs, run };
}

describe('Publisher with merged files', () => {
  it('knows that nothing has changed since, and that something has', () => {
    const { outputs, own, folder, run } = host();
    const { maps } = run({}, '198.51.100.1');
    expect(arePublished(outputs, maps)).toBe(true);
    writeFileSync(own, '10.:deny\n11.:deny\n');
    expect(arePublished(outputs, maps)).toBe(false);
    const before = statSync(join(folder, 'relay.txt')).ino;
    const after = run(maps, '198.51.100.1').maps;
    expect(arePublished(outputs, after)).toBe(true);
    expect(readFileSync(join(folder, 'tcp.cdb'), 'latin1')).toContain('11.');
    expect(statSync(join(folder, 'relay.txt')).ino).toBe(before);
  });

  it('leaves the map alone if a file was touched and says the same', () => {
    const { outputs, own, folder, run } = host();
    const { maps } = run({}, '198.51.100.1');
    utimesSync(own, noon, noon);
    expect(arePublished(outputs, maps)).toBe(false);
    const before = statSync(join(folder, 'tcp.cdb')).ino;
    const after = run(maps, '198.51.100.1').maps;
    expect(statSync(join(folder, 'tcp.cdb')).ino).toBe(before);
    expect(arePublished(outputs, after)).toBe(true);
  });

  it('leaves the old map, and tries again, if a file cannot be read', () => {
    const { outputs, own, folder, run } = host();
    const { maps } = run({}, '198.51.100.1');
    const old = readFileSync(join(folder, 'tcp.cdb'));
    writeFileSync(own, 'nonsense\n');
    const { maps: after, failures } = run(maps, '198.51.100.2');
    expect(failures).toEqual([expect.stringContaining(`${own}:1: cannot be merged: 'nonsense'`)]);
    expect(readFileSync(join(folder, 'tcp.cdb'))).toEqual(old);
    expect(readFileSync(join(folder, 'relay.txt'), 'utf8')).toBe('198.51.100.2\n');
    expect(arePublished(outputs, after)).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(['relay.txt', 'tcp.cdb', 'tcp.smtp']);
  });
});
