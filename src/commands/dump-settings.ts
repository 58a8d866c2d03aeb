/** `exact dump --settings`: every setting in force and its origin, in today's names. */

import type { Settings } from '../config/settings.ts';
import { settingsText } from '../config/settings-text.ts';
import { ExitStatus } from '../exit-status.ts';
import type { Invocation } from './invocation.ts';

/** Writes the settings as exact.conf has them. */
export function dumpSettings(invocation: Invocation, settings: Settings): ExitStatus {
  invocation.world.stdout.write(settingsText(settings));
  return ExitStatus.ok;
}
