/**
 * What in Sendmail's rules refuses the table's clients as they connect: without FEATURE(delay_checks) check_relay is asked
 * before any recipient, and so before the rules that let them relay. The access database it asks first.
 */
import { shellWord } from '../../terminal/shell-word.ts';
import type { MtaFinding } from '../mta.ts';
import { configuration, textOr } from './program.ts';
import { lookupRules } from './rules.ts';
import { appended, rebuild, source } from './source.ts';

/** Returns what is to be said of a map, by its name in the rules, that check_rcpt looks up; `ipv6Prefix` in bits. */
export function checkRelayRules(rules: string, name: string, ipv6Prefix: number): MtaFinding[] {
  // With delay_checks the ruleset has another name, and check_rcpt calls it after its own.
  if (!/^Scheck_relay$/m.test(rules) || rulesetOf(rules, 'Local_check_relay').includes(`$(${name} `))
    return [];
  const basic = rulesetOf(rules, 'Basic_check_relay');
  const lists = [...basic.matchAll(/\$\(\w+ \$4\.\$3\.\$2\.\$1\.(\S+?)\.? /g)].map(([, list = '']) => list);
  const refusing = [
    ...lists.map((list) => `the DNS list ${list}`),
    ...(basic.includes('Fix reverse DNS for') ? ['FEATURE(require_rdns)'] : []),
  ];
  const limiting = [
    ...(basic.includes('"RateControl"') ? ['FEATURE(ratecontrol)'] : []),
    ...(basic.includes('"ConnControl"') ? ['FEATURE(conncontrol)'] : []),
  ];
  const all = [...refusing, ...limiting];
  if (all.length === 0) return [];
  const isCertain = refusing.length > 0;
  const verb = `${isCertain ? '' : 'may '}refuse${isCertain && all.length === 1 ? 's' : ''}`;
  const text = `${configuration} looks up K${name} too late: ${all.join(', ')} ${verb} before, in check_relay`;
  return [{ level: isCertain ? 'FAIL' : 'WARN', text, ...earlierLookup(name, ipv6Prefix) }];
}

/** Rules of the admin's own are not touched. */
function earlierLookup(name: string, ipv6Prefix: number): Pick<MtaFinding, 'fix' | 'undo'> {
  if (/^SLocal_check_relay\b/m.test(textOr(source) ?? '')) {
    return {
      fix: `begin SLocal_check_relay in ${source} with the rules of exact-maps(7) for SLocal_check_rcpt`,
    };
  }
  const fix = appended(['LOCAL_RULESETS', 'SLocal_check_relay', ...lookupRules(name, ipv6Prefix)]);
  return { fix, undo: `sed -i ${shellWord('/^SLocal_check_relay$/,$d')} ${source} && ${rebuild}` };
}

/** The last ruleset of that name is the one in force. */
function rulesetOf(rules: string, name: string): string {
  const at = rules.lastIndexOf(`\nS${name}\n`);
  if (at < 0) return '';
  const begun = rules.slice(at + name.length + 3);
  return begun.slice(0, /^S\S/m.exec(begun)?.index ?? begun.length);
}
