/**
 * syslog-ng: it writes line ends within a message as they are, unless a source has flags(no-multi-line), or every log
 * path of the source a rewrite that takes them out. system() and systemd-journal() take no flags: the first passes
 * them over without a word.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ConfigFile, editFix, lineAt, readConfiguration, withoutComments } from '../config-text.ts';
import { type SyslogDaemon, senderFix, type Weakness } from './daemon.ts';
import { type SizeSetting, shortMessages } from './short-messages.ts';

/** The daemon. */
export const syslogNg: SyslogDaemon = {
  name: 'syslog-ng',
  process: 'syslog-ng',
  paths: ['/usr/sbin/syslog-ng', '/usr/local/sbin/syslog-ng'],
  strength: 'no source writes line ends within a message as they are',
  weaknesses(root) {
    const files = readConfiguration(root, '/etc/syslog-ng/syslog-ng.conf', includes);
    const hasJournal = files.length > 0 && existsSync(join(root, '/run/systemd/system'));
    return weaknessesOf(files, hasJournal);
  },
};

/** Sources that take messages with line ends in them; those of files and programs end a message at each. */
const drivers =
  'system systemd-journal systemd-syslog unix-dgram unix-stream network syslog tcp tcp6 udp udp6'.split(' ');

const restart = 'systemctl restart syslog-ng';

/** Of the options or of one source. */
const longestMessage: SizeSetting = {
  name: 'log-msg-size()',
  expression: /\blog[-_]msg[-_]size\s*\(\s*(?<size>\w+)/g,
  restart,
};

/** They pass flags over, or refuse them. */
const withoutFlags: ReadonlySet<string> = new Set(['system', 'systemd-journal']);

/** What system() stands for where systemd does not run. */
const ofSystem =
  'unix-dgram("/dev/log" flags(no-multi-line)); file("/proc/kmsg" program-override("kernel") flags(kernel))';

/** Paths in scl.conf and below are the package's own. */
function includes(text: string): string[] {
  return [...text.matchAll(/^\s*@include\s+"([^"]+)"/gm)].flatMap(([, path = '']) => {
    if (path === 'scl.conf') return [];
    return [path.startsWith('/') ? path : `/etc/syslog-ng/${path}`];
  });
}

/** A call with its arguments: `system()`, `source s_src { … }`. */
interface Part {
  readonly name: string;
  readonly body: string;
  /** Where name and body begin in the text, and where the body ends. */
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
}

/** Returns the weaknesses of a configuration; `hasJournal`: system() reads the journal. */
function weaknessesOf(files: readonly ConfigFile[], hasJournal: boolean): Weakness[] {
  const texts = files.map((file) => ({ file, text: withoutComments(file.text) }));
  const mends = texts.flatMap(({ text }) => mendingRewrites(text));
  const logs = texts.flatMap(({ text }) => blocks(text, /\blog\s*\{/g));
  const cuts = texts.flatMap(({ file, text }) => shortMessages(file, text, longestMessage));
  const sources = texts.flatMap(({ file, text }) =>
    blocks(text, /\bsource\s+([\w.-]+|(?=\{))\s*\{/g).flatMap((source) => {
      const isMended = source.name !== '' && isAlwaysMended(source.name, logs, mends);
      return isMended ? [] : driverWeaknesses(file, text, source, hasJournal);
    }),
  );
  return [...sources, ...cuts];
}

function driverWeaknesses(file: ConfigFile, text: string, source: Part, hasJournal: boolean): Weakness[] {
  const calls = new RegExp(String.raw`(?<![\w-])(${drivers.join('|')})\s*\(`, 'g');
  return blocks(text, calls, source.bodyStart, source.end).flatMap((driver): Weakness[] => {
    const where = `${file.path}:${lineAt(text, driver.start)}`;
    const what = `${driver.name}()${source.name === '' ? '' : ` of source ${source.name}`}`;
    if (isStream(driver)) {
      const told = `${what} takes a line end within a message for its end`;
      return [{ where, text: told, kind: 'relay', fix: senderFix }];
    }
    if (isOneLine(driver)) return [];
    const told = `${what} writes line ends within a message as they are`;
    return [{ where, text: told, kind: 'line end', fix: fixOf(file, driver, hasJournal) }];
  });
}

/** By TCP a line end ends a message, whatever the flags. */
function isStream({ name, body }: Part): boolean {
  return /^tcp6?$/.test(name) || (name === 'network' && !/\btransport\s*\(\s*["']?udp\b/.test(body));
}

function isOneLine({ name, body }: Part): boolean {
  return !withoutFlags.has(name) && /\bflags\s*\([^()]*\bno-multi-line\b/.test(body);
}

function fixOf(file: ConfigFile, { name, body, start, end }: Part, hasJournal: boolean): string {
  const reads = name === 'systemd-journal' || (name === 'system' && hasJournal);
  if (reads || body.includes('\n')) {
    const rewrite = String.raw`rewrite r_one_line { subst("[\\r\\n]", " ", value("MESSAGE"), flags("global")); };`;
    const each = "write 'rewrite(r_one_line);' after the source of each log { }";
    return reads
      ? `let Exact read 'maillog journal:'; or add '${rewrite}', and ${each}`
      : `add 'flags(no-multi-line)' to ${name}()`;
  }
  if (name === 'system') return `${editFix(file, start, end + 1, ofSystem)} && ${restart}`;
  const call = file.text.slice(start, end);
  const flags = /\bflags\s*\(/;
  const edited = flags.test(body)
    ? call.replace(flags, '$&no-multi-line, ')
    : `${call}${body.trim() === '' ? '' : ' '}flags(no-multi-line)`;
  return `${editFix(file, start, end, edited)} && ${restart}`;
}

/** Names of the rewrites that put something else in the place of each line end of a message. */
function mendingRewrites(text: string): string[] {
  const isMending = ({ body }: Part) =>
    /\bsubst\s*\(\s*["'](?:\[[^\]]*\\{1,2}n[^\]]*\]\+?|\\{1,2}n)["']/.test(body) &&
    /\bvalue\s*\(\s*["']?(?:MESSAGE|MSG)\b/.test(body) &&
    /\bglobal\b/.test(body);
  return blocks(text, /\brewrite\s+([\w.-]+)\s*\{/g)
    .filter(isMending)
    .map(({ name }) => name);
}

/** Whether each log path that takes a source has a rewrite that mends it. */
function isAlwaysMended(source: string, logs: readonly Part[], mends: readonly string[]): boolean {
  const its = logs.filter(({ body }) => names(body, 'source').includes(source));
  return (
    its.length > 0 && its.every(({ body }) => names(body, 'rewrite').some((name) => mends.includes(name)))
  );
}

function names(body: string, kind: string): string[] {
  return [...body.matchAll(new RegExp(String.raw`\b${kind}\s*\(\s*["']?([\w.-]+)`, 'g'))].map(
    ([, name = '']) => name,
  );
}

/** Returns what begins as an expression says, to the bracket that closes it; its first group is the name. */
function blocks(text: string, opening: RegExp, from = 0, to = text.length): Part[] {
  return [...text.slice(from, to).matchAll(opening)].map((match) => {
    const start = from + match.index;
    const bodyStart = start + match[0].length;
    const end = closing(text, bodyStart);
    return { name: match[1] ?? '', body: text.slice(bodyStart, end), start, bodyStart, end };
  });
}

function closing(text: string, from: number): number {
  let depth = 0;
  for (const { index, 0: token } of text.slice(from).matchAll(/"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[(){}]/g)) {
    if (token === '(' || token === '{') depth++;
    else if ((token === ')' || token === '}') && depth-- === 0) return from + index;
  }
  return text.length;
}
