import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { outputTypes } from '../../src/maps/map-types.ts';
import { mtas } from '../../src/mtas/mtas.ts';
import { settingsFor } from './settings.ts';

const folder = new URL('../../src/mtas/', import.meta.url);

/** A path that every type takes, with a kind where the type has kinds. */
function lineFor({ name, ...type }: (typeof outputTypes)[number]): string {
  if ('schemes' in type) return `${name} ${type.schemes[0]}://exact@192.0.2.1/exact`;
  return `${name} ${type.hasKinds ? `${type.usualKind}:` : ''}/var/lib/exact/relay.cdb`;
}

describe('the MTAs', () => {
  it('are the folders of src/mtas', () => {
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(mtas.map(({ name }) => name).sort()).toEqual(folders.map(({ name }) => name).sort());
    for (const { name } of mtas) expect(existsSync(new URL(`${name}/mta.ts`, folder)), name).toBe(true);
  });

  it.each(outputTypes)('have one that looks up the maps of type $name', (type) => {
    const [output] = settingsFor(`output ${lineFor(type)}`).outputs;
    expect(output?.type).toBe(type.name);
    expect(mtas.filter(({ looksUp }) => output !== undefined && looksUp(output))).not.toEqual([]);
  });
});
