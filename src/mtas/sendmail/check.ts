/** Does Sendmail look the maps up, in a way that fails shut, and was it built for that? Read in sendmail.cf. */

import { addOutput } from '../../config/fixes.ts';
import type { Settings } from '../../config/settings.ts';
import { holdsFamily } from '../../maps/output.ts';
import { shellWord } from '../../terminal/shell-word.ts';
import type { MtaCheck, MtaFinding } from '../mta.ts';
import { lookupOf, type SendmailLookup, usualOutput } from './lookups.ts';
import { configuration, findSendmail, textOr } from './program.ts';
import { checkRelayRules } from './refusing.ts';
import { askNetworks, lookupRules } from './rules.ts';
import { appended, rebuild, source } from './source.ts';

/** The rules of exact-maps(7), as sendmail.mc takes them. */
const ruleset = (name: string, ipv6Prefix: number) => [
  'LOCAL_RULESETS',
  'SLocal_check_rcpt',
  ...lookupRules(name, ipv6Prefix),
];

/** A `K` line of sendmail.cf that names one of our maps. */
interface MapLine {
  readonly lookup: SendmailLookup;
  readonly name: string;
  readonly flags: readonly string[];
}

/** Looks into Sendmail; undefined where it is not installed. */
export function checkSendmail(settings: Settings): MtaCheck | undefined {
  const sendmail = findSendmail();
  if (sendmail === undefined) return undefined;
  const { build, rules: text } = sendmail;
  const lookups = settings.outputs.flatMap((output) => lookupOf(output) ?? []);
  const lines = lookups.flatMap((lookup) => mapLines(lookup, text));
  const first = lookups[0];
  const built: MtaFinding[] =
    first === undefined || /\bNEWDB\b/.test(build)
      ? []
      : [
          {
            level: 'FAIL',
            text: 'was built without NEWDB: it has no hash and no btree maps',
            fix: 'sendmail -d0.1 -bt </dev/null',
          },
        ];
  if (lines.length === 0) return { findings: [...built, missing(settings, first)], looksUp: false };
  return {
    findings: [...built, ...lines.flatMap((line) => lineFindings(settings, line, text))],
    looksUp: true,
  };
}

/** `Kexact hash -o /var/lib/exact/relay-sendmail`: sendmail adds the suffix if the line has none. */
function mapLines(lookup: SendmailLookup, text: string): MapLine[] {
  return [...text.matchAll(/^K(\S+)[ \t]+(\S+)[ \t]+(.*)$/gm)].flatMap(([, name = '', type, rest = '']) => {
    const words = rest.trim().split(/[ \t]+/);
    const path = words.at(-1)?.replace(/\.db$/, '');
    const isIt = type === lookup.kind && path === lookup.output.path;
    return isIt ? [{ lookup, name, flags: words.slice(0, -1) }] : [];
  });
}

function lineFindings(
  { ipv6Prefix }: Settings,
  { lookup, name, flags }: MapLine,
  text: string,
): MtaFinding[] {
  const { kind, isAccess } = lookup;
  const { path } = lookup.output;
  const what = `${configuration}: K${name}`;
  const isAsked = new RegExp(`\\$\\(${name.replace(/\W/g, '\\$&')} `).test(text);
  if (!isAsked) {
    const fix = appended(ruleset(name, ipv6Prefix));
    return [{ level: 'FAIL', text: `${what} is in no rule: no address is looked up`, fix }];
  }
  if (isAccess) return [{ level: 'ok', text: `sendmail.cf looks up ${path}.db` }];
  const inSource = shellWord(`s|^\\(K${name} ${kind}\\).* ${path}|\\1 -o ${path}|`);
  const fix = `sed -i ${inSource} ${source} && ${rebuild}`;
  if (flags.some((flag) => flag.startsWith('-T'))) {
    const open = `${what} has -T: a rule that takes any answer for permission opens the relay while the map fails`;
    return [{ level: 'FAIL', text: open, fix }];
  }
  if (!flags.includes('-o')) {
    const shut = `${what} has no -o: Sendmail accepts no mail at all while the map is missing`;
    return [{ level: 'WARN', text: shut, fix }];
  }
  if (ipv6Prefix < 128 && holdsFamily(lookup.output, 'ipv6') && !askNetworks(text, name)) {
    const whole = `${what} is asked for whole addresses: it finds no network, which ipv6-prefix ${ipv6Prefix} publishes`;
    return [{ level: 'FAIL', text: whole, fix: `man 7 exact-maps, 'output makemap'` }];
  }
  const found = checkRelayRules(text, name, ipv6Prefix);
  const isRefused = found.some(({ level }) => level === 'FAIL');
  return [
    ...(isRefused ? [] : [{ level: 'ok', text: `sendmail.cf looks up ${path}.db` } as const]),
    ...found,
  ];
}

function missing(settings: Settings, lookup: SendmailLookup | undefined): MtaFinding {
  if (lookup === undefined) {
    const fix = `${addOutput(settings, usualOutput)} && exact update`;
    return { level: 'FAIL', text: 'no output is of a type that Sendmail can look up', fix };
  }
  const { path } = lookup.output;
  const fix = lookup.isAccess
    ? accessFix(path)
    : appended([
        'LOCAL_CONFIG',
        `Kexact ${lookup.kind} -o ${path}`,
        ...ruleset('exact', settings.ipv6Prefix),
      ]);
  return { level: 'FAIL', text: `sendmail.cf does not look up ${path}.db`, fix };
}

/** Sendmail has one access database: the line that names another is changed, with what else it says. */
function accessFix(path: string): string {
  const feature = `FEATURE(\`access_db', \`hash -T<TMPF> ${path}'`;
  const script = /^FEATURE\(`access_db'/m.test(textOr(source) ?? '')
    ? `s|^FEATURE(\`access_db'\\(, *[^,)]*\\)\\{0,1\\}|${feature}|`
    : `0,/^MAILER/s|^MAILER|${feature})dnl\\n&|`;
  return `sed -i ${shellWord(script)} ${source} && ${rebuild}`;
}
