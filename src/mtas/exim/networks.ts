/** Does Exim ask for the networks that `ipv6-prefix` publishes? In a map of keys it finds none by a whole address. */
import { addOption } from '../../config/fixes.ts';
import type { Settings } from '../../config/settings.ts';
import { holdsFamily } from '../../maps/output.ts';
import type { MtaFinding } from '../mta.ts';
import type { EximLookup } from './lookups.ts';

/** Looks at a map that the configuration names. */
export function networkFaults(settings: Settings, lookup: EximLookup, config: string): MtaFinding[] {
  const { ipv6Prefix } = settings;
  const { output, type, name, words, ipv6Option } = lookup;
  if (ipv6Prefix === 128 || !holdsFamily(output, 'ipv6') || !['cdb', 'dbm'].includes(type)) return [];
  const list = `net${ipv6Prefix}-${type};${name}`;
  if (config.replace(/\s*;\s*/g, ';').includes(list)) return [];
  const text = `asks ${words} for whole addresses: it finds no network, which ipv6-prefix ${ipv6Prefix} publishes`;
  if (type === 'dbm') return [{ level: 'FAIL', text, fix: `man 7 exact-maps, 'EXIM'` }];
  const option =
    ipv6Option === undefined ? '' : `${addOption(settings, output, ipv6Option)} && exact update; `;
  return [{ level: 'FAIL', text, fix: `${option}hosts = ${list} : net-${type};${name}` }];
}
