/** The relay table in Postfix's `mynetworks`, where it may stand, but is better elsewhere. */
import { addOutput } from '../../config/fixes.ts';
import type { Settings } from '../../config/settings.ts';
import { holdsFamily, type Output } from '../../maps/output.ts';
import type { MtaFinding } from '../mta.ts';
import { isNamedBy, lookupOf, type PostfixLookup } from './lookups.ts';
import { type Change, changeTo, type Parameters, reload } from './main-cf.ts';
import { wordsOf } from './restrictions.ts';

/** What was found of mynetworks. */
export interface NetworksCheck {
  readonly findings: readonly MtaFinding[];
  /** Whether it names a map of ours as a file of addresses, and not as a table. */
  readonly namesPlainFile: boolean;
}

/**
 * Says what is to be said of it.
 *
 * @param lookups - Those of the configured maps.
 * @param lacking - What has to look the table up before it can leave mynetworks: it must be able to do without.
 */
export function checkNetworks(
  settings: Settings,
  lookups: readonly PostfixLookup[],
  config: Parameters,
  lacking: readonly MtaFinding[],
): NetworksCheck {
  const words = wordsOf(config.written('mynetworks'));
  const file = settings.outputs.find(
    (output) => lookupOf(output) === undefined && words.includes(output.path),
  );
  if (file !== undefined)
    return { findings: [plainFileFinding(settings, file, words, config)], namesPlainFile: true };
  const ours = words.filter((word) => lookups.some((lookup) => isNamedBy(word, lookup)));
  if (ours.length === 0) return { findings: [], namesPlainFile: false };
  const text = `${config.place('mynetworks')} holds the relay table: its clients skip postscreen and rate limits`;
  const rest = words.filter((word) => !ours.includes(word)).join(' ');
  const findings: MtaFinding[] = [
    lacking.length > 0
      ? { level: 'WARN', text: `${text}; it can leave when the lists look it up`, ...joined(lacking) }
      : { level: 'WARN', text, ...changeTo(config, ['mynetworks', rest]) },
  ];
  return { findings, namesPlainFile: false };
}

/** The commands of several findings as those of one. */
function joined(findings: readonly MtaFinding[]): Change {
  const commands = (which: 'fix' | 'undo') => {
    const all = findings.flatMap((finding) => finding[which]?.split(' && ') ?? []);
    return [...new Set(all.filter((command) => command !== reload)), reload].join(' && ');
  };
  return { fix: commands('fix'), undo: commands('undo') };
}

/** A line `2001:db8::1` reads as a table of type `2001`. IPv4 alone is only seen late: it is read as a process starts. */
function plainFileFinding(
  settings: Settings,
  output: Output,
  words: readonly string[],
  config: Parameters,
): MtaFinding {
  const { path } = output;
  const usual = settings.outputs.map(lookupOf).find((lookup) => lookup?.isUsual);
  const base = path.replace(/\.txt$/, '');
  const added = usual === undefined ? `${addOutput(settings, `cdb ${base}.cdb`)} && exact update && ` : '';
  const table = usual?.name ?? `cdb:${base}`;
  const list = words.map((word) => (word === path ? table : word)).join(' ');
  const { fix, undo } = changeTo(config, ['mynetworks', list]);
  const commands = { fix: `${added}${fix}`, undo };
  return holdsFamily(output, 'ipv6')
    ? { level: 'FAIL', text: `mynetworks names ${path}: IPv6 lines there give 451 to everybody`, ...commands }
    : { level: 'WARN', text: `mynetworks names ${path}: Postfix sees a change late`, ...commands };
}
