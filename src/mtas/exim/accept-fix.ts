/** What has Exim accept clients that a map holds: a command for Debian's layout of its configuration, or the statement. */
import { existsSync } from 'node:fs';
import { readText } from '../../host/read-text.ts';
import { shellWord } from '../../terminal/shell-word.ts';
import type { EximLookup } from './lookups.ts';

/** Debian's layout: update-exim4.conf(8) makes the configuration of one of these. */
const debian = {
  settings: '/etc/exim4/update-exim4.conf.conf',
  whole: '/etc/exim4/exim4.conf.template',
  split: '/etc/exim4/conf.d/acl/30_exim4-config_check_rcpt',
  own: '/etc/exim4/exim4.conf',
};

/** In Debian's ACL, before the statement for hosts that may relay; elsewhere the statement itself. */
export function acceptFix({ condition }: EximLookup): string {
  if (condition === undefined) return 'man 7 exact-maps';
  if (!existsSync(debian.settings) || existsSync(debian.own)) return `accept ${condition}`;
  const file = /^dc_use_split_config='?true/m.test(readText(debian.settings)) ? debian.split : debian.whole;
  const relayHosts = '^ *accept\\n *hosts = +relay_from_hosts$';
  const script = `/^ *accept$/{N;s|${relayHosts}|  accept\\n    ${condition.replace(/[|&\\]/g, '\\$&')}\\n\\n&|}`;
  return `sed -i ${shellWord(script)} ${file} && update-exim4.conf && systemctl reload exim4`;
}
