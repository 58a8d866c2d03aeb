/** `exact dump --settings`: every setting in force, or those that are named, and its origin, in today's names. */

import { parameters } from '../../config/parameters.ts';
import type { Settings } from '../../config/settings.ts';
import { settingRows, settingsText } from '../../config/settings-text.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Invocation } from '../../host/invocation.ts';
import { Failure } from '../../problem.ts';
import { nearestName } from '../../terminal/nearest.ts';

/** Writes settings as exact.conf has them, or one JSON object for each value; exit status 1 if one named is not set. */
export function dumpSettings(invocation: Invocation, settings: Settings): ExitStatus {
  const { operands, world } = invocation;
  for (const name of operands) checkName(name);
  const rows = settingRows(settings, operands);
  if (!invocation.has('json')) world.stdout.write(settingsText(settings, operands));
  else {
    for (const { name, value, origin } of rows) {
      world.stdout.write(`${JSON.stringify({ name, value, origin })}\n`);
    }
  }
  const unset = operands.filter((operand) => !rows.some(({ name }) => name === operand));
  for (const name of unset) invocation.remark(`${name}: is not set`);
  return unset.length === 0 ? ExitStatus.ok : ExitStatus.no;
}

function checkName(name: string): void {
  const known = parameters.map((parameter) => parameter.name);
  if (known.includes(name)) return;
  const near = nearestName(name, known);
  throw new Failure({
    status: ExitStatus.usage,
    where: name,
    what: 'no such setting',
    fix: near === undefined ? 'exact dump --settings shows all' : `did you mean ${near}?`,
  });
}
