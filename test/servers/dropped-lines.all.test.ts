/**
 * A real rsyslogd that drops lines of a process which logs too much: what it says of it is told by `exact update` and by
 * `--check`, with the setting that ends it.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { MailHost } from '../commands/run-exact.ts';
import { installPackages } from './install.ts';
import { openNamespace } from './namespace.ts';

/** One process that logs as often as a busy server, and another one when the seconds of the daemon's limit are over. */
const flood = 'yes "imap-login: Login" | head -300 | logger -t dovecot; sleep 4; logger -t dovecot more';

/** What a log with these lines makes Exact say. */
async function told(lines: string): Promise<{ readonly update: string; readonly check: string }> {
  const host = new MailHost();
  const now = new Date().toISOString();
  await host.run(['update'], { now });
  await writeFile(host.log, lines);
  const { stderr } = await host.run(['update'], { now });
  const { stdout } = await host.run(['update', '--check'], { now });
  return { update: stderr, check: stdout };
}

it("rsyslog's imuxsock", async () => {
  installPackages({ rsyslogd: 'rsyslog', logger: 'bsdutils' });
  const host = await openNamespace();
  try {
    const log = join(host.folder, 'all.log');
    const configuration = join(host.folder, 'rsyslog.conf');
    await host.must(
      ['sh', '-c', `cat >${configuration}`],
      `module(load="imuxsock" SysSock.Name="/dev/log" SysSock.RateLimit.Interval="2" SysSock.RateLimit.Burst="5")
global(workDirectory="${host.folder}")
*.* action(type="omfile" file="${log}" template="RSYSLOG_FileFormat")
`,
    );
    await host.must(['rsyslogd', '-f', configuration, '-i', join(host.folder, 'rsyslogd.pid')]);
    await host.must(['sh', '-c', flood]);
    await vi.waitFor(async () => {
      const { update, check } = await told(await host.must(['cat', log]));
      expect(update).toContain("rate limiting of rsyslog's imuxsock");
      for (const text of [update, check]) expect(text).toContain('SysSock.RateLimit.Interval="0"');
    }, 20_000);
  } finally {
    await host.close();
  }
});
