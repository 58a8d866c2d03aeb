/**
 * rsyslog: it writes a line end within a message as `#012`, unless it is told not to. What imtcp takes over the longest
 * message it goes on with in another one, which begins where the sender's client wants.
 */
import { type ConfigFile, editFix, lineAt, readConfiguration, withoutComments } from '../config-text.ts';
import type { SyslogDaemon, Weakness } from './daemon.ts';

/** The daemon. */
export const rsyslog: SyslogDaemon = {
  name: 'rsyslog',
  process: 'rsyslogd',
  paths: ['/usr/sbin/rsyslogd', '/usr/local/sbin/rsyslogd'],
  strength: 'line ends within a message are written as #012',
  weaknesses: (root) => weaknessesOf(readConfiguration(root, '/etc/rsyslog.conf', includes)),
};

const restart = 'systemctl restart rsyslog';

function includes(text: string): string[] {
  const old = text.matchAll(/^[ \t]*\$IncludeConfig[ \t]+(\S+)/gim);
  const now = text.matchAll(/\binclude\s*\([^)]*?\bfile\s*=\s*"([^"]+)"/gi);
  return [...old, ...now].map(([, path = '']) => path);
}

/** Returns the weaknesses of a configuration. */
function weaknessesOf(files: readonly ConfigFile[]): Weakness[] {
  const texts = files.map((file) => ({ file, text: withoutComments(file.text) }));
  // A setting of the module holds for all of its inputs.
  const isDiscarding = texts.some(({ text }) => discards(text, 'module'));
  return texts.flatMap(({ file, text }) => [
    ...unescaped(file, text),
    ...(isDiscarding ? [] : tcpInputs(file, text)),
  ]);
}

function unescaped(file: ConfigFile, text: string): Weakness[] {
  const settings =
    /^[ \t]*\$EscapeControlCharactersOnReceive[ \t]+(off)\b|\bparser\.escapeControlCharactersOnReceive\s*=\s*"(off)"/gim;
  return [...text.matchAll(settings)].map((match): Weakness => {
    const start = match.index + match[0].search(/off"?$/i);
    return {
      where: `${file.path}:${lineAt(text, start)}`,
      text: 'line ends within a message are written as they are',
      kind: 'line end',
      fix: `${editFix(file, start, start + 3, 'on')} && ${restart}`,
    };
  });
}

function tcpInputs(file: ConfigFile, text: string): Weakness[] {
  const inputs = /\binput\s*\([^)]*\btype\s*=\s*"imtcp"[^)]*\)|^[ \t]*\$InputTCPServerRun[ \t]+(\d+).*$/gim;
  return [...text.matchAll(inputs)]
    .filter(([input]) => !discards(input, 'input'))
    .map((match): Weakness => {
      const start = match.index + match[0].search(/\S/);
      return {
        where: `${file.path}:${lineAt(text, start)}`,
        text: 'imtcp goes on with a message over the longest in another one (maxMessageSize, 8 KiB)',
        kind: 'rest',
        fix: discardFix(file, start, match[0].trimStart(), match[1]),
      };
    });
}

/** `port` is that of the older form, which has no such parameter. */
function discardFix(file: ConfigFile, start: number, input: string, port: string | undefined): string {
  const parameter = 'discardTruncatedMsg="on"';
  if (input.includes('\n')) return `add '${parameter}' to this input`;
  const edited =
    port === undefined
      ? `${input.slice(0, -1)} ${parameter})`
      : `input(type="imtcp" port="${port}" ${parameter})`;
  return `${editFix(file, start, start + input.length, edited)} && ${restart}`;
}

function discards(text: string, object: 'module' | 'input'): boolean {
  const calls = text.matchAll(new RegExp(String.raw`\b${object}\s*\([^)]*"imtcp"[^)]*`, 'gi'));
  return [...calls].some(([call]) => /\bdiscardTruncatedMsg\s*=\s*"on"/i.test(call));
}
