/** Does Exim look the maps up, in a way that finds them, and was it built for that? Asked through exim(8). */

import { existsSync } from 'node:fs';
import { addOption, addOutput, shellWord } from '../config/fixes.ts';
import type { Settings } from '../config/settings.ts';
import { answerOf } from '../host/ask.ts';
import { readText } from '../host/read-text.ts';
import { type Family, holdsFamily, type Output } from '../maps/output.ts';
import { typeOf } from '../maps/publisher.ts';
import type { Finding, MtaCheck } from './finding.ts';

const subject = 'exim';

/** Debian's layout: update-exim4.conf(8) makes the configuration of one of these. */
const debian = {
  settings: '/etc/exim4/update-exim4.conf.conf',
  whole: '/etc/exim4/exim4.conf.template',
  split: '/etc/exim4/conf.d/acl/30_exim4-config_check_rcpt',
  own: '/etc/exim4/exim4.conf',
};

/** A map, and how Exim reads it. */
interface Lookup {
  readonly output: Output;
  /** Its lookup type, as `exim -bV` lists them; '' for a plain list, which every Exim has. */
  readonly type: string;
  /** What a configuration that looks it up must hold. */
  readonly name: string;
}

/** Looks into Exim; undefined where it is not installed. */
export function checkExim(settings: Settings): MtaCheck | undefined {
  const [program, version] = ['exim4', 'exim']
    .map((name) => [name, answerOf(name, ['-bV'])] as const)
    .find(([, answer]) => answer?.startsWith('Exim version')) ?? [undefined, undefined];
  if (program === undefined || version === undefined) return undefined;
  const config = answerOf(program, ['-bP', 'config']);
  if (config === undefined) {
    const text = 'its configuration is closed to this account, so whether it looks the maps up was not asked';
    return { findings: [{ level: 'note', subject, text, fix: 'sudo exact update --check' }], looksUp: false };
  }
  const lookups = settings.outputs.flatMap(lookupOf);
  const used = lookups.filter(({ name }) => config.includes(name));
  if (used.length === 0) return { findings: [missing(settings, lookups)], looksUp: false };
  const built = [...version.matchAll(/^Lookups[^:]*: (.*)$/gm)].flatMap(([, words = '']) =>
    words.split(/\s+/),
  );
  const findings = used.flatMap((lookup): Finding[] => {
    const faults = [...notBuilt(lookup, built), ...formFaults(settings, lookup, config)];
    return faults.length > 0 ? faults : [{ level: 'ok', subject, text: `looks up ${words(lookup)}` }];
  });
  return { findings: [...findings, ...uncovered(settings, lookups, used)], looksUp: true };
}

function lookupOf(output: Output): Lookup[] {
  const { type } = output;
  if (type === 'pgsql') return [{ output, type, name: 'exact_relay' }];
  const name =
    type === 'postmap' || ['text', 'cdb', 'iplsearch'].includes(type)
      ? typeOf(output).publishedPath(output)
      : '';
  if (name === '') return [];
  // Berkeley's, with NUL after the key, as exim_dbmbuild writes it.
  if (type === 'postmap') return output.kind === 'hash' ? [{ output, type: 'dbm', name }] : [];
  return [{ output, type: type === 'text' ? '' : type, name }];
}

function words({ output, name }: Lookup): string {
  return output.type === 'pgsql' ? 'exact_relay, in PostgreSQL' : `${output.type} ${name}`;
}

function notBuilt({ type }: Lookup, built: readonly string[]): Finding[] {
  if (type === '' || built.includes(type)) return [];
  return [
    {
      level: 'FAIL',
      subject,
      text: `was built without ${type} lookups`,
      fix: 'apt install exim4-daemon-heavy',
    },
  ];
}

/** A host list that looks a file up wants `net-`, or it asks for host names; and net-cdb spells IPv6 in its own way. */
function formFaults(settings: Settings, { output, type, name }: Lookup, config: string): Finding[] {
  const file = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const [, prefix] =
    new RegExp(`(net\\d*-|[\\s:;=<]|^)${type || 'lsearch'}\\s*;\\s*${file}`, 'm').exec(config) ?? [];
  if (prefix === undefined || type === '' || type === 'pgsql') return [];
  if (!prefix.startsWith('net')) {
    const text = `hosts = ${type};${name} looks host names up, and never matches`;
    return [{ level: 'FAIL', subject, text, fix: `hosts = net-${type};${name}` }];
  }
  if (type !== 'cdb' || !holdsFamily(output, 'ipv6') || output.options.includes('exim-net')) return [];
  const text = `net-cdb;${name} finds no IPv6 address, which it spells in a way of its own`;
  return [
    { level: 'FAIL', subject, text, fix: `${addOption(settings, output, 'exim-net')} && exact update` },
  ];
}

/** Maps that are split by family have to be looked up both. */
function uncovered(settings: Settings, lookups: readonly Lookup[], used: readonly Lookup[]): Finding[] {
  const holds =
    (family: Family) =>
    ({ output }: Lookup) =>
      holdsFamily(output, family);
  return (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const its = lookups.filter(holds(family));
    return its.length === 0 || used.some(holds(family)) ? [] : [missing(settings, its)];
  });
}

function missing(settings: Settings, lookups: readonly Lookup[]): Finding {
  const wanted =
    lookups.find(({ type }) => type === 'cdb') ?? lookups.find(({ type }) => type !== '') ?? lookups[0];
  if (wanted === undefined) {
    const fix = `${addOutput(settings, 'cdb /var/lib/exact/relay.cdb')} && exact update`;
    return { level: 'FAIL', subject, text: 'no output is one that Exim looks up', fix };
  }
  const text = `its configuration does not look up ${words(wanted)}`;
  return { level: 'FAIL', subject, text, fix: statementFix(wanted) };
}

/** In Debian's ACL, before the statement for hosts that may relay; elsewhere the statement itself. */
function statementFix({ output, type, name }: Lookup): string {
  const statement =
    output.type === 'pgsql'
      ? undefined
      : type === ''
        ? `hosts = ${name}`
        : `condition = \${lookup{$sender_host_address}${type}{${name}}{yes}{no}}`;
  if (statement === undefined) return 'man 7 exact-maps';
  if (!existsSync(debian.settings) || existsSync(debian.own)) return `accept ${statement}`;
  const file = /^dc_use_split_config='?true/m.test(readText(debian.settings)) ? debian.split : debian.whole;
  const relayHosts = '^ *accept\\n *hosts = +relay_from_hosts$';
  const script = `/^ *accept$/{N;s|${relayHosts}|  accept\\n    ${statement.replace(/[|&\\]/g, '\\$&')}\\n\\n&|}`;
  return `sed -i ${shellWord(script)} ${file} && update-exim4.conf && systemctl reload exim4`;
}
