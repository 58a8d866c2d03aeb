/** What cron mails of a user whose password is in use from too many addresses. */
import { appendFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dovecotLogin, MailHost } from './run-exact.ts';

const at = (time: string) => ({ now: `2026-11-22T${time}Z` });

function logIn(host: MailHost, user: string, last: number, count: number): void {
  for (let index = 0; index < count; index++) {
    appendFileSync(host.log, dovecotLogin('2026-11-22T10:00:00Z', user, `203.0.113.${last + index}`));
  }
}

describe('exact update with max-addresses-per-user', () => {
  it('tells of a user over the limit at once, once an hour while it lasts, and when it is over', async () => {
    const host = new MailHost('max-addresses-per-user 2', 'timeout 3h');
    logIn(host, 'Alice', 1, 5);
    logIn(host, 'bob', 50, 2);
    const told =
      'exact: user alice: logins refused: they come from 5 addresses, max-addresses-per-user is 2; ' +
      'a stolen password?; see exact dump --by-user\n';
    expect(await host.run(['update'], at('10:01:00'))).toEqual({ status: 0, stdout: '', stderr: told });
    // An idle run knows it too.
    expect(await host.run(['update'], at('10:02:00'))).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await host.run(['update'], at('11:01:00'))).toEqual({ status: 0, stdout: '', stderr: told });
    const { stderr } = await host.run(['update'], at('13:00:00'));
    expect(stderr).toBe(
      'exact: recovered: user alice: logins refused: no longer, after 3 runs since 10:01:00\n',
    );
  });

  it('names those with most addresses, and nobody where there is no limit', async () => {
    const host = new MailHost('max-addresses-per-user 1');
    for (const [index, user] of ['u1', 'u2', 'u3', 'u4'].entries()) logIn(host, user, index * 20, index + 2);
    const { stderr } = await host.run(['update'], at('10:01:00'));
    expect(stderr.match(/user \w+: /g)).toEqual(['user u4: ', 'user u3: ', 'user u2: ']);
    const free = new MailHost();
    logIn(free, 'u1', 1, 100);
    expect(await free.run(['update'], at('10:01:00'))).toMatchObject({ status: 0, stderr: '' });
  });
});
