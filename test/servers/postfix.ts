/** A mail transfer agent: Postfix, with one SMTP service for each way to look up the relay table. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Namespace } from './namespace.ts';

/** For installPackages(). */
export const postfixPrograms = { postfix: 'postfix', '/usr/lib/postfix/postfix-cdb.so': 'postfix-cdb' };

/** The domain that Postfix takes mail for, whoever sends it. */
export const localDomain = 'local.example';

/**
 * Starts Postfix.
 *
 * @param services - For each port the parameters of main.cf that its smtpd has of its own: `NAME = VALUE`.
 * @param more - More lines of master.cf.
 */
export async function startPostfix(
  host: Namespace,
  services: Readonly<Record<number, string | readonly string[]>>,
  more = '',
): Promise<void> {
  const configuration = join(host.folder, 'postfix');
  const [queue, data] = [join(host.folder, 'postfix-queue'), join(host.folder, 'postfix-data')];
  // Beside main.cf and master.cf the folder holds what the packages know of file permissions and map plugins.
  await cp('/etc/postfix', configuration, { recursive: true });
  await mkdir(queue);
  await mkdir(data);
  await writeFile(join(configuration, 'main.cf'), mainCf(queue, data));
  await writeFile(join(configuration, 'master.cf'), masterCf(services) + more);
  // In the usual place, since postmap looks there too, whoever starts it.
  await host.cover('/etc/postfix', configuration);
  await host.must(['chown', 'postfix', data]);
  await host.must(['postfix', 'start']);
}

/** No name server answers in a namespace, and a client is not to be slowed down for trying often. */
function mainCf(queue: string, data: string): string {
  return `
compatibility_level = 3.6
queue_directory = ${queue}
data_directory = ${data}
myhostname = mx.${localDomain}
mydestination = ${localDomain}
mynetworks = 127.0.0.1/32
local_recipient_maps =
alias_maps =
alias_database =
default_transport = discard:
local_transport = discard:
smtpd_peername_lookup = no
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
in_flow_delay = 0
`;
}

function masterCf(services: Readonly<Record<number, string | readonly string[]>>): string {
  const options = (parameters: readonly string[]) => parameters.map((each) => `  -o { ${each} }\n`).join('');
  const smtpd = Object.entries(services)
    .map(([port, parameters]) => `${port} inet n - n - - smtpd\n${options([parameters].flat())}`)
    .join('');
  return `${smtpd}
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
discard unix - - n - - discard
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
`;
}
