/** Does Postfix look the maps up, before it refuses, and can it? Asked through postconf(1). */

import { addOutput } from '../config/fixes.ts';
import type { Settings } from '../config/settings.ts';
import { holdsFamily, type Output } from '../maps/output.ts';
import { answerOf } from '../host/ask.ts';
import { isProgram } from '../host/helper-program.ts';
import type { Finding, MtaCheck } from './finding.ts';
import { type PostfixConfig, readPostfix } from './postfix-config.ts';
import { verdictOf, withLookup, wordsOf } from './restrictions.ts';

const subject = 'postfix';
const reload = 'postfix reload';

/** A map as main.cf names it. */
interface Lookup {
  readonly output: Output;
  readonly type: string;
  /** `cdb:/var/lib/exact/relay`; for a shared table `pgsql:`, since its file may have any name. */
  readonly name: string;
}

const lists = ['smtpd_relay_restrictions', 'smtpd_recipient_restrictions'] as const;

/** Looks into Postfix; undefined where it is not installed. */
export function checkPostfix(settings: Settings): MtaCheck | undefined {
  const types = answerOf('postconf', ['-m'])?.split(/\s+/);
  const config = types === undefined ? undefined : readPostfix();
  if (types === undefined || config === undefined) return undefined;
  const lookups = settings.outputs.flatMap(lookupOf);
  const networks = networkFindings(settings, lookups, config);
  const findings = (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const its = lookups.filter(({ output }) => holdsFamily(output, family));
    return its.length === 0 ? [] : lookupFindings(its, config, types);
  });
  const isFor = (word: string) => lookups.some((lookup) => isLookup(word, lookup));
  const looksUp =
    networks.namesText || [...config.words('mynetworks'), ...lists.flatMap(config.words)].some(isFor);
  if (lookups.length > 0) return { findings: [...distinct(findings), ...networks.findings], looksUp };
  if (networks.namesText) return { findings: networks.findings, looksUp };
  const fix = `${addOutput(settings, 'cdb /var/lib/exact/relay.cdb')} && exact update`;
  const text = 'no output is one that Postfix looks up';
  return { findings: [{ level: 'FAIL', subject, text, fix }], looksUp };
}

/** What both families have in common is told once. */
function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [finding.text, finding])).values()];
}

function lookupOf(output: Output): Lookup[] {
  const { type, kind, path } = output;
  if (type === 'postmap') return [{ output, type: kind, name: `${kind}:${path}` }];
  if (type === 'cidr') return [{ output, type, name: `cidr:${path}` }];
  if (type === 'pgsql') return [{ output, type, name: 'pgsql:' }];
  // Postfix adds the suffix itself, and opens no cdb that has none.
  return type === 'cdb' && path.endsWith('.cdb')
    ? [{ output, type, name: `cdb:${path.slice(0, -'.cdb'.length)}` }]
    : [];
}

function isLookup(word: string, { name }: Lookup): boolean {
  const plain = word.replace(/^proxy:/, '');
  return name === 'pgsql:' ? plain.startsWith(name) : plain === name;
}

function lookupFindings(
  lookups: readonly Lookup[],
  config: PostfixConfig,
  types: readonly string[],
): Finding[] {
  const isOurs = (word: string) => lookups.some((lookup) => isLookup(word, lookup));
  const inNetworks = config.words('mynetworks').some(isOurs);
  const verdicts = lists.map((list) => verdictOf(config.words(list), isOurs, inNetworks));
  const used = lookups.filter((lookup) =>
    ['mynetworks', ...lists].some((name) => config.words(name).some((word) => isLookup(word, lookup))),
  );
  const wanted = used[0] ?? lookups.find(({ type }) => types.includes(type)) ?? (lookups[0] as Lookup);
  const missing = used.length > 0 ? used.filter(({ type }) => !types.includes(type)) : [wanted];
  const lacking = missing.filter(({ type }) => !types.includes(type)).map(noTypeFinding);
  const faulty = lists.filter((_list, index) => ['refuses', 'too late'].includes(verdicts[index] ?? ''));
  if (faulty.length === 0 && !verdicts.includes('permits')) faulty.push('smtpd_relay_restrictions');
  if (faulty.length === 0) {
    const names = used.map(({ name }) => name).join(' and ');
    return [
      ...lacking,
      { level: 'ok', subject, text: `main.cf looks up ${names}` },
      ...used.flatMap((each) => proxied(each, config)),
    ];
  }
  const settings = faulty.map((list) =>
    config.setting(list, withLookup(config.written(list), nameOf(wanted))),
  );
  const isLate = verdicts.includes('too late');
  const where =
    used.length === 0
      ? 'main.cf does not look up'
      : `${faulty.join(' and ')}: ${isLate ? 'looks up too late' : 'does not look up'}`;
  const fix = `${settings.join(' && ')} && ${reload}`;
  return [...lacking, { level: 'FAIL', subject, text: `${where} ${nameOf(wanted)}`, fix }];
}

/** As exact-maps(7) names the file of a shared table. */
function nameOf({ name }: Lookup): string {
  return name === 'pgsql:' ? 'pgsql:/etc/postfix/exact-pgsql.cf' : name;
}

function noTypeFinding({ type, name, output }: Lookup): Finding {
  const isPackage = ['cdb', 'lmdb', 'pgsql'].includes(type) && isProgram('apt-get');
  const fix = isPackage ? `apt install postfix-${type}` : 'postconf -m';
  const forWhat = output.type === 'pgsql' ? '' : `, for ${name}`;
  return { level: 'FAIL', subject, text: `has no ${type}: maps${forWhat}`, fix };
}

/** A proxymap process keeps the old file open until it ends. */
function proxied(lookup: Lookup, config: PostfixConfig): Finding[] {
  const proxy = `proxy:${lookup.name}`;
  if (lookup.type === 'pgsql') return [];
  return ['mynetworks', ...lists]
    .filter((name) => config.words(name).includes(proxy))
    .map((name) => {
      const fix = `${config.setting(name, config.written(name).replaceAll(proxy, lookup.name))} && ${reload}`;
      const text = `${name} looks up ${proxy}: it sees a new map only when its proxymap process ends`;
      return { level: 'WARN', subject, text, fix };
    });
}

/** What is to be said of the relay table in mynetworks. */
function networkFindings(
  settings: Settings,
  lookups: readonly Lookup[],
  config: PostfixConfig,
): { readonly findings: Finding[]; readonly namesText: boolean } {
  const words = wordsOf(config.written('mynetworks'));
  const text = settings.outputs.find(({ type, path }) => type === 'text' && words.includes(path));
  if (text !== undefined) return { findings: [textFinding(settings, text, words, config)], namesText: true };
  const ours = words.filter((word) => lookups.some((lookup) => isLookup(word, lookup)));
  if (ours.length === 0) return { findings: [], namesText: false };
  const rest = words.filter((word) => !ours.includes(word)).join(' ');
  const isInList = config.words('smtpd_relay_restrictions').some((word) => ours.includes(word));
  const list = withLookup(config.written('smtpd_relay_restrictions'), ours[0] ?? '');
  const moves = [
    ...(isInList ? [] : [config.setting('smtpd_relay_restrictions', list)]),
    config.setting('mynetworks', rest),
  ];
  const finding: Finding = {
    level: 'WARN',
    subject,
    text: 'mynetworks holds the relay table: its clients skip postscreen and rate limits',
    fix: `${moves.join(' && ')} && ${reload}`,
  };
  return { findings: [finding], namesText: false };
}

/** A line `2001:db8::1` reads as a table of type `2001`. IPv4 alone is only seen late: it is read as a process starts. */
function textFinding(
  settings: Settings,
  output: Output,
  words: readonly string[],
  config: PostfixConfig,
): Finding {
  const { path } = output;
  const cdb = settings.outputs.find((other) => lookupOf(other)[0]?.type === 'cdb');
  const target = cdb?.path ?? `${path.replace(/\.txt$/, '')}.cdb`;
  const added = cdb === undefined ? `${addOutput(settings, `cdb ${target}`)} && exact update && ` : '';
  const list = words
    .map((word) => (word === path ? `cdb:${target.slice(0, -'.cdb'.length)}` : word))
    .join(' ');
  const fix = `${added}${config.setting('mynetworks', list)} && ${reload}`;
  return holdsFamily(output, 'ipv6')
    ? {
        level: 'FAIL',
        subject,
        text: `mynetworks names ${path}: IPv6 lines there give 451 to everybody`,
        fix,
      }
    : { level: 'WARN', subject, text: `mynetworks names ${path}: Postfix sees a change late`, fix };
}
