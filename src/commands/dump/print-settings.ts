/** `exact dump --settings`: every setting in force and its origin, in today's names. */

import type { Settings } from '../../config/settings.ts';
import { settingRows, settingsText } from '../../config/settings-text.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Invocation } from '../../host/invocation.ts';

/** Writes the settings as exact.conf has them, or one JSON object for each value. */
export function dumpSettings(invocation: Invocation, settings: Settings): ExitStatus {
  const { stdout } = invocation.world;
  if (!invocation.has('json')) stdout.write(settingsText(settings));
  else {
    for (const { name, value, origin } of settingRows(settings)) {
      stdout.write(`${JSON.stringify({ name, value, origin })}\n`);
    }
  }
  return ExitStatus.ok;
}
