/** The relay table in Postfix's `mynetworks`, where it may stand, but is better elsewhere. */
import { addOutput } from '../../config/fixes.ts';
import type { Settings } from '../../config/settings.ts';
import { holdsFamily, type Output } from '../../maps/output.ts';
import type { MtaFinding } from '../mta.ts';
import { isNamedBy, lookupOf, type PostfixLookup } from './lookups.ts';
import { type PostfixConfig, reload } from './main-cf.ts';
import { withLookup, wordsOf } from './restrictions.ts';

/** What was found of mynetworks. */
export interface NetworksCheck {
  readonly findings: readonly MtaFinding[];
  /** Whether it names a map of ours as a file of addresses, and not as a table. */
  readonly namesPlainFile: boolean;
}

/** Says what is to be said of it; `lookups` are those of the configured maps. */
export function checkNetworks(
  settings: Settings,
  lookups: readonly PostfixLookup[],
  config: PostfixConfig,
): NetworksCheck {
  const words = wordsOf(config.written('mynetworks'));
  const file = settings.outputs.find(
    (output) => lookupOf(output) === undefined && words.includes(output.path),
  );
  if (file !== undefined)
    return { findings: [plainFileFinding(settings, file, words, config)], namesPlainFile: true };
  const ours = words.filter((word) => lookups.some((lookup) => isNamedBy(word, lookup)));
  if (ours.length === 0) return { findings: [], namesPlainFile: false };
  const rest = words.filter((word) => !ours.includes(word)).join(' ');
  const isInList = config.words('smtpd_relay_restrictions').some((word) => ours.includes(word));
  const list = withLookup(config.written('smtpd_relay_restrictions'), ours[0] ?? '');
  const moves = [
    ...(isInList ? [] : [config.setting('smtpd_relay_restrictions', list)]),
    config.setting('mynetworks', rest),
  ];
  const finding: MtaFinding = {
    level: 'WARN',
    text: 'mynetworks holds the relay table: its clients skip postscreen and rate limits',
    fix: `${moves.join(' && ')} && ${reload}`,
  };
  return { findings: [finding], namesPlainFile: false };
}

/** A line `2001:db8::1` reads as a table of type `2001`. IPv4 alone is only seen late: it is read as a process starts. */
function plainFileFinding(
  settings: Settings,
  output: Output,
  words: readonly string[],
  config: PostfixConfig,
): MtaFinding {
  const { path } = output;
  const usual = settings.outputs.map(lookupOf).find((lookup) => lookup?.isUsual);
  const base = path.replace(/\.txt$/, '');
  const added = usual === undefined ? `${addOutput(settings, `cdb ${base}.cdb`)} && exact update && ` : '';
  const table = usual?.name ?? `cdb:${base}`;
  const list = words.map((word) => (word === path ? table : word)).join(' ');
  const fix = `${added}${config.setting('mynetworks', list)} && ${reload}`;
  return holdsFamily(output, 'ipv6')
    ? { level: 'FAIL', text: `mynetworks names ${path}: IPv6 lines there give 451 to everybody`, fix }
    : { level: 'WARN', text: `mynetworks names ${path}: Postfix sees a change late`, fix };
}
