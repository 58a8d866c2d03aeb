/** Does Postfix look the maps up, before it refuses, and can it? Asked through postconf(1). */

import { addOutput } from '../../config/fixes.ts';
import type { Settings } from '../../config/settings.ts';
import { answerOf } from '../../host/ask.ts';
import { installCommand } from '../../host/install-command.ts';
import { holdsFamily } from '../../maps/output.ts';
import type { MtaCheck, MtaFinding } from '../mta.ts';
import { checkContexts } from './contexts.ts';
import { isNamedBy, lookupOf, type PostfixLookup, usualOutput, wordFor } from './lookups.ts';
import { type PostfixConfig, readPostfix, reload } from './main-cf.ts';
import { checkNetworks } from './networks.ts';
import { verdictOf, withLookup } from './restrictions.ts';

/** Table types that Debian and the RHEL family have in packages of their own. */
const packaged: readonly string[] = ['cdb', 'lmdb', 'pgsql'];

const lists = ['smtpd_relay_restrictions', 'smtpd_recipient_restrictions'] as const;

/** Looks into Postfix; undefined where it is not installed. */
export function checkPostfix(settings: Settings): MtaCheck | undefined {
  const types = answerOf('postconf', ['-m'])?.split(/\s+/);
  const config = types === undefined ? undefined : readPostfix();
  if (types === undefined || config === undefined) return undefined;
  const lookups = settings.outputs.flatMap((output) => lookupOf(output) ?? []);
  const networks = checkNetworks(settings, lookups, config);
  const findings = (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const its = lookups.filter(({ output }) => holdsFamily(output, family));
    return its.length === 0 ? [] : lookupFindings(its, config, types);
  });
  const isFor = (word: string) => lookups.some((lookup) => isNamedBy(word, lookup));
  const looksUp =
    networks.namesPlainFile || [...config.words('mynetworks'), ...lists.flatMap(config.words)].some(isFor);
  if (lookups.length > 0) {
    const maps = lookups.filter(({ isShared }) => !isShared).map(({ output }) => output.path);
    return { findings: [...distinct(findings), ...networks.findings, ...checkContexts(maps)], looksUp };
  }
  if (networks.namesPlainFile) return { findings: networks.findings, looksUp };
  const fix = `${addOutput(settings, usualOutput)} && exact update`;
  return {
    findings: [{ level: 'FAIL', text: 'no output is of a type that Postfix can look up', fix }],
    looksUp,
  };
}

/** What both families have in common is told once. */
function distinct(findings: readonly MtaFinding[]): MtaFinding[] {
  return [...new Map(findings.map((finding) => [finding.text, finding])).values()];
}

function lookupFindings(
  lookups: readonly PostfixLookup[],
  config: PostfixConfig,
  types: readonly string[],
): MtaFinding[] {
  const isOurs = (word: string) => lookups.some((lookup) => isNamedBy(word, lookup));
  const inNetworks = config.words('mynetworks').some(isOurs);
  const verdicts = lists.map((list) => verdictOf(config.words(list), isOurs, inNetworks));
  const used = lookups.filter((lookup) =>
    ['mynetworks', ...lists].some((name) => config.words(name).some((word) => isNamedBy(word, lookup))),
  );
  const wanted = used[0] ?? lookups.find(({ type }) => types.includes(type)) ?? (lookups[0] as PostfixLookup);
  const missing = used.length > 0 ? used.filter(({ type }) => !types.includes(type)) : [wanted];
  const lacking = missing.filter(({ type }) => !types.includes(type)).map(noTypeFinding);
  const faulty = lists.filter((_list, index) => ['refuses', 'too late'].includes(verdicts[index] ?? ''));
  if (faulty.length === 0 && !verdicts.includes('permits')) faulty.push('smtpd_relay_restrictions');
  if (faulty.length === 0) {
    const names = used.map(({ name }) => name).join(' and ');
    return [
      ...lacking,
      { level: 'ok', text: `main.cf looks up ${names}` },
      ...used.flatMap((each) => proxied(each, config)),
    ];
  }
  const settings = faulty.map((list) =>
    config.setting(list, withLookup(config.written(list), wordFor(wanted))),
  );
  const isLate = verdicts.includes('too late');
  const where =
    used.length === 0
      ? 'main.cf does not look up'
      : `${faulty.join(' and ')}: ${isLate ? 'looks up too late' : 'does not look up'}`;
  const fix = `${settings.join(' && ')} && ${reload}`;
  return [...lacking, { level: 'FAIL', text: `${where} ${wordFor(wanted)}`, fix }];
}

function noTypeFinding({ type, name, isShared }: PostfixLookup): MtaFinding {
  const install = packaged.includes(type) ? installCommand(`postfix-${type}`) : undefined;
  const fix = install ?? 'postconf -m';
  const forWhat = isShared ? '' : `, for ${name}`;
  return { level: 'FAIL', text: `has no ${type}: maps${forWhat}`, fix };
}

/** A proxymap process keeps the old file open until it ends. */
function proxied(lookup: PostfixLookup, config: PostfixConfig): MtaFinding[] {
  const proxy = `proxy:${lookup.name}`;
  if (lookup.isShared) return [];
  return ['mynetworks', ...lists]
    .filter((name) => config.words(name).includes(proxy))
    .map((name) => {
      const fix = `${config.setting(name, config.written(name).replaceAll(proxy, lookup.name))} && ${reload}`;
      const text = `${name} looks up ${proxy}: it sees a new map only when its proxymap process ends`;
      return { level: 'WARN', text, fix };
    });
}
