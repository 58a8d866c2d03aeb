/** Runs a command line in a world of its own: its clock, its environment, its streams. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { main } from '../../src/main.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** What a run came to. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run finds. */
export interface Circumstances {
  readonly now?: string;
  readonly stdin?: string;
  readonly columns?: number;
  readonly env?: Record<string, string>;
}

/** The time of most tests: the sample logs were written in the quarter of an hour before it. */
export const testTime = '2026-11-22T10:12:00Z';

/** Runs `exact` with these words. A terminal is there if `columns` are given. */
export async function runExact(words: readonly string[], circumstances: Circumstances = {}): Promise<Ran> {
  const { now = testTime, stdin = '', columns, env = {} } = circumstances;
  let stdout = '';
  let stderr = '';
  const status = await main(words, {
    env,
    clock: () => Date.parse(now),
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: {
      isTerminal: columns !== undefined,
      columns,
      write: (text) => {
        stdout += text;
      },
      writeBytes: (bytes) => {
        stdout += Buffer.from(bytes).toString();
      },
      flush: () => {},
    },
    tell: (line) => {
      stderr += `${line}\n`;
    },
  });
  return { status, stdout, stderr };
}

/** A mail host in a folder: a log, a configuration, and the files that Exact makes. */
export class MailHost {
  /** Makes the folder of a host: one that is gone with the test. */
  static makeFolder: () => string = temporaryFolder;

  readonly folder = (this.constructor as typeof MailHost).makeFolder();
  readonly log = join(this.folder, 'mail.log');
  readonly config = join(this.folder, 'exact.conf');
  readonly relay = join(this.folder, 'relay.txt');

  /** Makes a host whose configuration has these lines beside the usual ones. */
  constructor(...lines: string[]) {
    writeFileSync(this.log, '');
    writeFileSync(
      this.config,
      [
        `maillog ${this.log}`,
        'timezone UTC',
        'output text relay.txt',
        'output cdb relay.cdb',
        ...lines,
        '',
      ].join('\n'),
    );
  }

  /**
   * Runs a command with this host's configuration and state. Hints repeat both, which test/commands/silence.test.ts
   * holds; what comes back is without them.
   */
  async run(words: readonly string[], circumstances: Circumstances = {}): Promise<Ran> {
    const where = ['-c', this.config, '--state', join(this.folder, 'state')];
    const { status, stdout, stderr } = await runExact([...words, ...where], circumstances);
    const plain = (text: string) => text.replaceAll(` ${where.join(' ')}`, '');
    return { status, stdout: plain(stdout), stderr: plain(stderr) };
  }
}

/** Runs the built program with a host's configuration and state, at the time of most tests. */
export function runBuilt(
  { config, folder }: MailHost,
  words: readonly string[],
  { now = testTime, stdin = '' }: Pick<Circumstances, 'now' | 'stdin'> = {},
): Ran {
  const program = fileURLToPath(new URL('../../bin/exact', import.meta.url));
  const where = ['-c', config, '--state', join(folder, 'state'), '--now', now];
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words, ...where], {
    encoding: 'utf8',
    env: { TZ: 'UTC' },
    input: stdin,
  });
  return { status: status ?? -1, stdout, stderr };
}

/** Returns a line as Dovecot 2.3 logs a login, through rsyslog in its default format. */
export function dovecotLogin(time: string, user: string, address: string): string {
  return `${stampOf(time)} mx dovecot: imap-login: Login: user=<${user}>, method=PLAIN, rip=${address}, lip=192.0.2.1, mpid=71, TLS, session=<${sessionOf(user, address)}>\n`;
}

/** Returns the line of the end of the session that such a login begins. */
export function dovecotEnd(time: string, user: string, address: string): string {
  return `${stampOf(time)} mx dovecot: imap(${user})<71><${sessionOf(user, address)}>: Disconnected: Logged out in=93 out=956\n`;
}

function stampOf(time: string): string {
  return time.replace('Z', '.004217+00:00');
}

function sessionOf(user: string, address: string): string {
  return Buffer.from(`${user}${address}`).toString('base64').slice(-16);
}
