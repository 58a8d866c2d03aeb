/** A POP3 and IMAP server: Dovecot, on ports 110 and 143, with mailboxes of its own. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Namespace } from './namespace.ts';

/** For installPackages(). */
export const dovecotPrograms = {
  dovecot: 'dovecot-core',
  '/usr/lib/dovecot/imap-login': 'dovecot-imapd',
  '/usr/lib/dovecot/pop3-login': 'dovecot-pop3d',
};

/**
 * Starts Dovecot; it logs to syslog, as Debian sets it up.
 *
 * @param users - The passwords by user name.
 * @param authSocket - Where an MTA asks for them, if one does.
 */
export async function startDovecot(
  host: Namespace,
  users: Readonly<Record<string, string>>,
  authSocket?: string,
): Promise<void> {
  const [mailboxes, passwords] = [join(host.folder, 'mailboxes'), join(host.folder, 'dovecot-users')];
  await mkdir(mailboxes);
  await host.must(['chown', 'mail:mail', mailboxes]);
  const lines = Object.entries(users).map(([user, password]) => `${user}:{PLAIN}${password}\n`);
  await writeFile(passwords, lines.join(''));
  const configuration = join(host.folder, 'dovecot.conf');
  // Delays after a wrong password are for attackers; a test would only wait.
  await writeFile(
    configuration,
    `
base_dir = ${join(host.folder, 'dovecot-run')}
state_dir = ${join(host.folder, 'dovecot-state')}
protocols = imap pop3
syslog_facility = mail
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
${authSocket === undefined ? '' : authService(authSocket)}
first_valid_uid = 1
mail_location = maildir:~/Maildir
passdb {
  driver = passwd-file
  args = ${passwords}
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${mailboxes}/%u
}
`,
  );
  await host.must(['dovecot', '-c', configuration]);
}

function authService(socket: string): string {
  return `service auth {\n  unix_listener ${socket} {\n    mode = 0666\n  }\n}`;
}
