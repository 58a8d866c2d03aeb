/** A milter that scores and signs: rspamd, as Debian has it, but for what asks the internet. */
import type { Namespace } from './namespace.ts';

/** The account that it runs as. */
export const rspamdAccount = '_rspamd';

/** Where it listens as a milter. */
export const rspamdMilter = 'inet:127.0.0.1:11332';

/** Starts it; it signs for a domain, whoever sends, with a key of its own account. */
export async function startRspamd(host: Namespace, domain: string, key: string): Promise<void> {
  await host.must(['install', '-o', rspamdAccount, '-m', '600', key, '/etc/rspamd/dkim.pem']);
  await addRspamdLines(
    host,
    'dkim_signing.conf',
    `domain { ${domain} { path = "/etc/rspamd/dkim.pem"; selector = "mail"; } }`,
  );
  await addRspamdLines(
    host,
    'worker-proxy.inc',
    'count = 1; upstream "local" { default = yes; self_scan = yes; }',
  );
  // Marked, whatever the score, and never rejected.
  await addRspamdLines(host, 'actions.conf', 'reject = null; greylist = null; add_header = 6;');
  for (const worker of ['worker-normal.inc', 'worker-controller.inc', 'rbl.conf', 'fuzzy_check.conf']) {
    await addRspamdLines(host, worker, 'enabled = false;');
  }
  await addRspamdLines(
    host,
    'options.inc',
    'dns { nameserver = ["127.0.0.1"]; timeout = 1s; retransmits = 1; }',
  );
  await host.must([
    'install',
    '-d',
    '-o',
    rspamdAccount,
    '/var/lib/rspamd',
    '/var/log/rspamd',
    '/run/rspamd',
  ]);
  await restartRspamd(host);
}

/** Puts lines at the end of a file of /etc/rspamd/local.d. */
export async function addRspamdLines(host: Namespace, file: string, lines: string): Promise<void> {
  await host.must(['sh', '-c', `cat >>/etc/rspamd/local.d/${file}`], `${lines}\n`);
}

/** Starts it, or has it read its configuration anew; it listens then. */
export async function restartRspamd(host: Namespace): Promise<void> {
  const pid = '/run/rspamd/rspamd.pid';
  const listens = 'until ss -ltn | grep -q :11332; do sleep 0.2; done';
  const ended = `[ ! -e ${pid} ] || { kill $(cat ${pid}); while ss -ltn | grep -q :11332; do sleep 0.2; done; }`;
  await host.must([
    'timeout',
    '240',
    'sh',
    '-c',
    `${ended}; rspamd -u ${rspamdAccount} -g ${rspamdAccount} && ${listens}`,
  ]);
}
