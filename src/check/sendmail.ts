/** Does Sendmail look the maps up, in a way that fails shut, and was it built for that? Read in sendmail.cf. */

import { addOutput, shellWord } from '../config/fixes.ts';
import type { Settings } from '../config/settings.ts';
import { beginningOf } from '../host/ask.ts';
import { readText } from '../host/read-text.ts';
import type { Output } from '../maps/output.ts';
import type { Finding, MtaCheck } from './finding.ts';

const subject = 'sendmail';
const configuration = '/etc/mail/sendmail.cf';
const source = '/etc/mail/sendmail.mc';
const rebuild = 'make -C /etc/mail && systemctl reload sendmail';

/** Other MTAs have a program of this name, so its usual places come first. */
const programs = ['/usr/libexec/sendmail/sendmail', '/usr/lib/sm.bin/sendmail', '/usr/sbin/sendmail'];

/** The rules of exact-maps(7), as sendmail.mc takes them. */
const ruleset = [
  'LOCAL_RULESETS',
  'SLocal_check_rcpt',
  'R$*\\t$: $(exact $&{client_addr} $: <?> $)',
  'R<?>\\t$@ NOTFOUND',
  'ROK\\t$# OK',
];

/** A `K` line of sendmail.cf that names one of our maps. */
interface MapLine {
  readonly output: Output;
  readonly name: string;
  readonly flags: readonly string[];
}

/** Looks into Sendmail; undefined where it is not installed. */
export function checkSendmail(settings: Settings): MtaCheck | undefined {
  const text = readOr(configuration);
  if (text === undefined || !/^DZ8\./m.test(text)) return undefined;
  const build = programs
    // It says how it was built, and then asks for the name of its host, which takes long where no name server answers.
    .map((program) => beginningOf(program, ['-d0.1', '-bt']))
    .find((answer) => answer.includes('Compiled with:'));
  if (build === undefined) return undefined;
  const outputs = settings.outputs.filter(({ type }) => type === 'makemap' || type === 'sendmail-access');
  const lines = outputs.flatMap((output) => mapLine(output, text));
  const first = outputs[0];
  const built: Finding[] =
    first === undefined || /\bNEWDB\b/.test(build)
      ? []
      : [
          {
            level: 'FAIL',
            subject,
            text: 'was built without NEWDB: it has no hash and no btree maps',
            fix: 'sendmail -d0.1 -bt </dev/null',
          },
        ];
  if (lines.length === 0) return { findings: [...built, missing(settings, first)], looksUp: false };
  return { findings: [...built, ...lines.flatMap((line) => lineFindings(line, text))], looksUp: true };
}

function readOr(path: string): string | undefined {
  try {
    return readText(path);
  } catch {
    return undefined;
  }
}

/** `Kexact hash -o /var/lib/exact/relay-sendmail`: sendmail adds the suffix if the line has none. */
function mapLine(output: Output, text: string): MapLine[] {
  const kind = output.type === 'makemap' ? output.kind : 'hash';
  return [...text.matchAll(/^K(\S+)[ \t]+(\S+)[ \t]+(.*)$/gm)].flatMap(([, name = '', type, rest = '']) => {
    const words = rest.trim().split(/[ \t]+/);
    const path = words.at(-1)?.replace(/\.db$/, '');
    return type === kind && path === output.path ? [{ output, name, flags: words.slice(0, -1) }] : [];
  });
}

function lineFindings({ output, name, flags }: MapLine, text: string): Finding[] {
  const what = `${configuration}: K${name}`;
  const isAsked = new RegExp(`\\$\\(${name.replace(/\W/g, '\\$&')} `).test(text);
  if (!isAsked) {
    const fix = append([...ruleset.map((line) => line.replace('exact', name))]);
    return [{ level: 'FAIL', subject, text: `${what} is in no rule: no address is looked up`, fix }];
  }
  if (output.type === 'sendmail-access')
    return [{ level: 'ok', subject, text: `sendmail.cf looks up ${output.path}.db` }];
  const inSource = shellWord(`s|^\\(K${name} ${output.kind}\\).* ${output.path}|\\1 -o ${output.path}|`);
  const fix = `sed -i ${inSource} ${source} && ${rebuild}`;
  if (flags.some((flag) => flag.startsWith('-T'))) {
    const open = `${what} has -T: a rule that takes any answer for leave opens the relay while the map fails`;
    return [{ level: 'FAIL', subject, text: open, fix }];
  }
  if (!flags.includes('-o')) {
    const shut = `${what} has no -o: no mail is taken at all while the map is missing`;
    return [{ level: 'WARN', subject, text: shut, fix }];
  }
  return [{ level: 'ok', subject, text: `sendmail.cf looks up ${output.path}.db` }];
}

function missing(settings: Settings, output: Output | undefined): Finding {
  if (output === undefined) {
    const fix = `${addOutput(settings, 'makemap hash:/var/lib/exact/relay-sendmail')} && exact update`;
    return { level: 'FAIL', subject, text: 'no output is one that Sendmail looks up', fix };
  }
  const fix =
    output.type === 'sendmail-access'
      ? accessFix(output.path)
      : append(['LOCAL_CONFIG', `Kexact ${output.kind} -o ${output.path}`, ...ruleset]);
  return { level: 'FAIL', subject, text: `sendmail.cf does not look up ${output.path}.db`, fix };
}

/** Sendmail has one access database: the line that names another is changed, with what else it says. */
function accessFix(path: string): string {
  const feature = `FEATURE(\`access_db', \`hash -T<TMPF> ${path}'`;
  const script = /^FEATURE\(`access_db'/m.test(readOr(source) ?? '')
    ? `s|^FEATURE(\`access_db'\\(, *[^,)]*\\)\\{0,1\\}|${feature}|`
    : `0,/^MAILER/s|^MAILER|${feature})dnl\\n&|`;
  return `sed -i ${shellWord(script)} ${source} && ${rebuild}`;
}

/** `%b` has a tab where a rule needs one. */
function append(lines: readonly string[]): string {
  return `printf '%b\\n' ${lines.map(shellWord).join(' ')} >>${source} && ${rebuild}`;
}
