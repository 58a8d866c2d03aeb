/** Settings of a configuration that is written down here. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/settings.ts';
import { outputTypes } from '../../src/maps/map-types.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Returns the settings of a configuration's text, loaded as a run loads them. */
export function settingsFor(text: string): Settings {
  const file = join(temporaryFolder(), 'exact.conf');
  writeFileSync(file, `${text}\n`);
  const { settings } = loadSettings({ configOption: file, env: {}, uid: 1, outputTypes });
  if (settings === undefined) throw new Error(`unusable: ${text}`);
  return settings;
}
