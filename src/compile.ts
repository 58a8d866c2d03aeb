/**
 * Makes `compiled.bin` beside itself (`compiled-code.ts`), for whoever may write there: `node dist/compile.js`, which the
 * packages call when they are installed, and when Node.js is. It runs what is run often, since V8 keeps what was called.
 */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { keepCompiled } from './compiled-code.ts';
import { ExitStatus } from './exit-status.ts';
import type { World } from './host/invocation.ts';
import type { main } from './main.ts';
import { replaceFile } from './maps/replace-file.ts';
import { reasonOf } from './problem.ts';
import { tell } from './terminal/output.ts';

/** What servers write that many hosts have, of logins, an end and a failure, and a line of another program. */
const messages = [
  'dovecot: imap-login: Login: user=<alice>, method=PLAIN, rip=192.0.2.10, lip=192.0.2.1, mpid=811, TLS, session=<a>',
  'dovecot: pop3-login: Login: user=<bob>, method=PLAIN, rip=2001:db8::10, lip=2001:db8::1, mpid=812, TLS, session=<b>',
  'dovecot: imap(alice)<811><a>: Disconnected: Logged out in=11 out=22',
  'imapd: LOGIN, user=carol, ip=[::ffff:192.0.2.12], port=[4711], protocol=IMAP',
  'imapd: LOGIN FAILED, user=carol, ip=[::ffff:192.0.2.12]',
  'postfix/smtpd[7]: connect from unknown[192.0.2.9]',
];

const world: World = {
  env: {},
  clock: Date.now,
  stdin: Readable.from([]),
  stdout: { isTerminal: false, columns: undefined, write: () => {}, writeBytes: () => {}, flush: () => {} },
  tell: () => {},
};

/** Makes the file. Throws what keeps it from being written. */
async function compile(): Promise<void> {
  const own = realpathSync(process.argv[1] ?? '');
  const make = keepCompiled(dirname(own));
  const program: { main: typeof main } = createRequire(own)('./main.js');
  const folder = mkdtempSync(join(tmpdir(), 'exact-compile-'));
  try {
    await runOften(program.main, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { path, data } = make();
  replaceFile(path, data, { mode: 0o644 });
}

async function runOften(run: typeof main, folder: string): Promise<void> {
  const [log, config] = [join(folder, 'mail.log'), join(folder, 'exact.conf')];
  writeFileSync(config, `maillog ${log}\noutput text relay.txt\noutput cdb relay.cdb\nsessions on\n`);
  const writeLog = () => {
    const stamp = new Date().toISOString();
    writeFileSync(log, messages.map((message) => `${stamp} mx ${message}\n`).join(''), { flag: 'a' });
  };
  const state = ['-c', config, '--state', join(folder, 'state')];
  for (const words of [
    ['parse', log],
    ['update'],
    ['update'],
    ['update'],
    ['dump'],
    ['dump', '192.0.2.10'],
    ['expire', '--dry-run'],
  ]) {
    writeLog();
    await run([...words, ...state], world);
  }
}

compile().catch((error: unknown) => {
  tell(`exact: compile: ${reasonOf(error)}`);
  process.exitCode = ExitStatus.io;
});
