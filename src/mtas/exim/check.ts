/** Does Exim look the maps up, in a way that finds them, and was it built for that? Asked through exim(8). */

import { addOption, addOutput } from '../../config/fixes.ts';
import type { Settings } from '../../config/settings.ts';
import { answerOf } from '../../host/ask.ts';
import { type Family, holdsFamily } from '../../maps/output.ts';
import type { MtaCheck, MtaFinding } from '../mta.ts';
import { acceptFix } from './accept-fix.ts';
import { bestOf, type EximLookup, lookupOf, usualOutput } from './lookups.ts';
import { networkFaults } from './networks.ts';
import { findExim } from './program.ts';
import { checkAcls } from './refusing.ts';

/** Looks into Exim; undefined where it is not installed. */
export function checkExim(settings: Settings): MtaCheck | undefined {
  const exim = findExim();
  if (exim === undefined) return undefined;
  const { program, version } = exim;
  const config = answerOf(program, ['-bP', 'config']);
  if (config === undefined) {
    const text = 'this account cannot read its configuration: whether it looks up the maps was not checked';
    return { findings: [{ level: 'note', text, fix: 'sudo exact update --check' }], looksUp: false };
  }
  const lookups = settings.outputs.flatMap((output) => lookupOf(output) ?? []);
  const used = lookups.filter(({ name }) => config.includes(name));
  if (used.length === 0) return { findings: [missing(settings, lookups)], looksUp: false };
  const built = [...version.matchAll(/^Lookups[^:]*: (.*)$/gm)].flatMap(([, names = '']) =>
    names.split(/\s+/),
  );
  const findings = used.flatMap((lookup): MtaFinding[] => {
    const unfound = [...notBuilt(lookup, built), ...formFaults(settings, lookup, config)];
    const faults = unfound.length > 0 ? unfound : networkFaults(settings, lookup, config);
    const found = faults.length > 0 ? faults : checkAcls(exim, config, lookup);
    return found.some(({ level }) => level === 'FAIL')
      ? found
      : [{ level: 'ok', text: `looks up ${lookup.words}` }, ...found];
  });
  return { findings: [...findings, ...uncovered(settings, lookups, used)], looksUp: true };
}

function notBuilt({ type }: EximLookup, built: readonly string[]): MtaFinding[] {
  if (type === '' || built.includes(type)) return [];
  return [
    {
      level: 'FAIL',
      text: `was built without ${type} lookups`,
      fix: 'apt install exim4-daemon-heavy',
    },
  ];
}

/** A host list that looks a file up wants `net-`, or it asks for host names; and net-cdb spells IPv6 in its own way. */
function formFaults(settings: Settings, lookup: EximLookup, config: string): MtaFinding[] {
  const { output, type, name, isForHostLists, ipv6Option } = lookup;
  if (!isForHostLists) return [];
  const file = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const [, prefix] = new RegExp(`(net\\d*-|[\\s:;=<]|^)${type}\\s*;\\s*${file}`, 'm').exec(config) ?? [];
  if (prefix === undefined) return [];
  if (!prefix.startsWith('net')) {
    const text = `hosts = ${type};${name} looks up host names, and never matches`;
    return [{ level: 'FAIL', text, fix: `hosts = net-${type};${name}` }];
  }
  if (ipv6Option === undefined) return [];
  const text = `net-${type};${name} finds no IPv6 address, since Exim spells them in its own way`;
  return [{ level: 'FAIL', text, fix: `${addOption(settings, output, ipv6Option)} && exact update` }];
}

/** Maps that are split by family have to be looked up both. */
function uncovered(
  settings: Settings,
  lookups: readonly EximLookup[],
  used: readonly EximLookup[],
): MtaFinding[] {
  const holds =
    (family: Family) =>
    ({ output }: EximLookup) =>
      holdsFamily(output, family);
  return (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const its = lookups.filter(holds(family));
    return its.length === 0 || used.some(holds(family)) ? [] : [missing(settings, its)];
  });
}

function missing(settings: Settings, lookups: readonly EximLookup[]): MtaFinding {
  const wanted = bestOf(lookups);
  if (wanted === undefined) {
    const fix = `${addOutput(settings, usualOutput)} && exact update`;
    return { level: 'FAIL', text: 'no output is of a type that Exim can look up', fix };
  }
  const text = `its configuration does not look up ${wanted.words}`;
  return { level: 'FAIL', text, fix: acceptFix(wanted) };
}
