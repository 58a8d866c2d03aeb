/**
 * rsyslog: it writes a line end within a message as `#012`, unless it is told not to. By TCP a message ends at a line end
 * unless the sender counts octets; and what imtcp takes over the longest message it goes on with in another one.
 */
import { type ConfigFile, editFix, lineAt, readConfiguration, withoutComments } from '../config-text.ts';
import { type SyslogDaemon, senderFix, type Weakness } from './daemon.ts';
import { type SizeSetting, shortMessages } from './short-messages.ts';

/** The daemon. */
export const rsyslog: SyslogDaemon = {
  name: 'rsyslog',
  process: 'rsyslogd',
  paths: ['/usr/sbin/rsyslogd', '/usr/local/sbin/rsyslogd'],
  strength: 'line ends within a message are written as #012',
  weaknesses: (root) => weaknessesOf(readConfiguration(root, '/etc/rsyslog.conf', includes)),
};

const restart = 'systemctl restart rsyslog';

const longestMessage: SizeSetting = {
  name: 'maxMessageSize',
  expression: /(?:^[ \t]*\$MaxMessageSize[ \t]+|\bglobal\s*\([^)]*\bmaxMessageSize\s*=\s*")(?<size>\w+)/gim,
  restart,
};

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
    ...shortMessages(file, text, longestMessage),
    ...tcpInputs(file, text).flatMap((input) => inputWeaknesses(file, input, isDiscarding)),
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

/** An input by TCP. */
interface TcpInput {
  readonly module: string;
  readonly text: string;
  readonly where: string;
  readonly start: number;
  /** Of the older form. */
  readonly port: string | undefined;
}

function tcpInputs(file: ConfigFile, text: string): TcpInput[] {
  const inputs =
    /\binput\s*\([^)]*\btype\s*=\s*"(imp?tcp)"[^)]*\)|^[ \t]*\$InputTCPServerRun[ \t]+(\d+).*$/gim;
  return [...text.matchAll(inputs)].map((match): TcpInput => {
    const start = match.index + match[0].search(/\S/);
    const [whole, module = 'imtcp', port] = match;
    return { module, text: whole.trimStart(), where: `${file.path}:${lineAt(text, start)}`, start, port };
  });
}

function inputWeaknesses(file: ConfigFile, input: TcpInput, isDiscarding: boolean): Weakness[] {
  const { module, where } = input;
  const relay: Weakness = {
    where,
    text: `${module} takes a line end within a message for its end, unless the sender counts octets`,
    kind: 'relay',
    fix: senderFix,
  };
  if (module !== 'imtcp' || isDiscarding || discards(input.text, 'input')) return [relay];
  const rest = 'imtcp splits a message that is over maxMessageSize (8 KiB)';
  return [{ where, text: rest, kind: 'rest', fix: discardFix(file, input) }, relay];
}

/** `port` is that of the older form, which has no such parameter. */
function discardFix(file: ConfigFile, { text, start, port }: TcpInput): string {
  const parameter = 'discardTruncatedMsg="on"';
  if (text.includes('\n')) return `add '${parameter}' to this input`;
  const edited =
    port === undefined
      ? `${text.slice(0, -1)} ${parameter})`
      : `input(type="imtcp" port="${port}" ${parameter})`;
  return `${editFix(file, start, start + text.length, edited)} && ${restart}`;
}

function discards(text: string, object: 'module' | 'input'): boolean {
  const calls = text.matchAll(new RegExp(String.raw`\b${object}\s*\([^)]*"imtcp"[^)]*`, 'gi'));
  return [...calls].some(([call]) => /\bdiscardTruncatedMsg\s*=\s*"on"/i.test(call));
}
