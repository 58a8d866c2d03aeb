/** `exact dump --path-unit`: what systemd's exact.path is to watch on this host, as a drop-in for it. */

import { withNextMaillogs } from '../../config/kept-maillog.ts';
import type { Settings } from '../../config/settings.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Invocation } from '../../host/invocation.ts';
import { pathUnitDropIn } from '../../maillog/watched-paths.ts';

/** Writes the drop-in for the mail logs that the next run reads. */
export function dumpPathUnit(invocation: Invocation, settings: Settings): ExitStatus {
  invocation.world.stdout.write(pathUnitDropIn(withNextMaillogs(settings, invocation.now).maillogs));
  return ExitStatus.ok;
}
