/** A mail transfer agent: Sendmail, one daemon for each way to look up the relay table, since each has one sendmail.cf. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostAddress, type Namespace } from './namespace.ts';
import { localDomain } from './postfix.ts';
import { unpackPackages } from './unpacked.ts';

/** Where Debian has it, beside other programs of that name. */
const sendmailProgram = '/usr/libexec/sendmail/sendmail';

/** Lays Sendmail over the system of a namespace, and returns its version. */
export async function prepareSendmail(host: Namespace): Promise<string> {
  const versions = await unpackPackages(host, ['sendmail-bin', 'sendmail-cf'], ['smmta', 'smmsp']);
  // Without a name server every look at DNS would end in a temporary error.
  await host.must(['cp', '/etc/mail/service.switch-nodns', '/etc/mail/service.switch']);
  await host.must(['sed', '-i', 's/^hosts:.*/hosts: files/', '/etc/nsswitch.conf']);
  await host.must(['install', '-d', '-m', '0700', '/var/spool/mqueue']);
  // As its package has it; what lies there may be of the MTA that this system has installed.
  await host.must(['ln', '-sf', '../libexec/sendmail/sendmail', '/usr/sbin/sendmail']);
  // makemap(8) reads it before it makes anything.
  await writeFile(join(host.folder, 'usual.mc'), masterOf({ macros: '', port: 25, pidFile: '/run/none' }));
  await host.must(['sh', '-c', 'm4 "$1" >/etc/mail/sendmail.cf', 'm4', join(host.folder, 'usual.mc')]);
  return versions['sendmail-bin'] ?? '';
}

/**
 * Starts a daemon for each way.
 *
 * @param ways - For each port the part of sendmail.mc that is its own.
 */
export async function startSendmail(host: Namespace, ways: Readonly<Record<number, string>>): Promise<void> {
  for (const [port, macros] of Object.entries(ways)) {
    const name = join(host.folder, `sendmail-${port}`);
    await writeFile(`${name}.mc`, masterOf({ macros, port: Number(port), pidFile: `${name}.pid` }));
    await host.must(['sh', '-c', 'm4 "$1.mc" >"$1.cf"', 'm4', name]);
    await host.must([sendmailProgram, '-C', `${name}.cf`, '-bd']);
  }
}

/** A load that no machine has: Sendmail takes no connection above a limit, by default 12 for each processor. */
const neverReached = 100_000;

/** Of /etc/mail, in the place of Debian's. */
export const makefile = 'sendmail.cf: sendmail.mc\n\tm4 sendmail.mc >sendmail.cf\n';

/** Has `make -C /etc/mail` make sendmail.cf of sendmail.mc: Debian's makes more, and asks for names (cf/README). */
export async function prepareMakefile(host: Namespace): Promise<void> {
  await host.must(['cp', join(host.folder, 'usual.mc'), '/etc/mail/sendmail.mc']);
  await host.must(['sh', '-c', 'cat >/etc/mail/Makefile'], makefile);
}

/** Returns whether the rules of sendmail.cf let a client relay; no server is started. */
export async function rulesLetRelay(host: Namespace, address: string): Promise<boolean> {
  const lines = `.D{client_addr}${address}\n.D{client_name}[${address}]\ncheck_rcpt <somebody@remote.example>\n`;
  const { stdout } = await host.run([sendmailProgram, '-bt'], lines);
  const last = stdout.slice(stdout.lastIndexOf('check_rcpt  '));
  const [, returned] = /^check_rcpt +returns: (.*)$/m.exec(last) ?? [];
  if (returned === undefined) throw new Error(stdout);
  return !returned.includes('error');
}

/** Returns a sendmail.mc whose daemon hears this host's addresses on a port, and asks no name server. */
export function masterOf({
  macros,
  port,
  pidFile,
}: {
  macros: string;
  port: number;
  pidFile: string;
}): string {
  return `divert(0)dnl
define(\`_USE_ETC_MAIL_')dnl
include(\`/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(\`debian')dnl
define(\`confDONT_PROBE_INTERFACES', \`True')dnl
define(\`confDOMAIN_NAME', \`mx.${localDomain}')dnl
define(\`confTO_IDENT', \`0')dnl
define(\`confREFUSE_LA', \`${neverReached}')dnl
define(\`confPID_FILE', \`${pidFile}')dnl
define(\`confDELIVERY_MODE', \`queueonly')dnl
FEATURE(\`nocanonify')dnl
FEATURE(\`accept_unresolvable_domains')dnl
FEATURE(\`no_default_msa')dnl
DAEMON_OPTIONS(\`Family=inet, Name=v4, Port=${port}, Addr=${hostAddress.ipv4}')dnl
DAEMON_OPTIONS(\`Family=inet6, Name=v6, Port=${port}, Addr=${hostAddress.ipv6}')dnl
LOCAL_DOMAIN(\`${localDomain}')dnl
${macros}
`;
}
