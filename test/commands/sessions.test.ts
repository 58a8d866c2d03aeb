import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dovecotEnd, dovecotLogin, MailHost } from './run-exact.ts';

const at = (time: string) => ({ now: `2026-11-22T${time}Z` });
const login = (time: string, user: string, address: string) =>
  dovecotLogin(`2026-11-22T${time}Z`, user, address);
const end = (time: string, user: string, address: string) => dovecotEnd(`2026-11-22T${time}Z`, user, address);
const line = (time: string, text: string) => `2026-11-22T${time}+00:00 mx ${text}\n`;

/** A host on which sessions count, whose log has these lines. */
function hostWith(...lines: readonly string[]): MailHost {
  const host = new MailHost('sessions on');
  appendFileSync(host.log, lines.join(''));
  return host;
}

/** Runs at a time, and returns who may relay. */
async function relaying(host: MailHost, time: string): Promise<string[]> {
  await host.run(['update'], at(time));
  return readFileSync(host.relay, 'utf8').split('\n').filter(Boolean);
}

/** A session that shows that the log has ends; its address expires with 10:00. */
const shown = login('09:29:58', 'zoe', '192.0.2.99') + end('09:29:59', 'zoe', '192.0.2.99');

describe('with sessions on, an address', () => {
  it('stays while its session is open, where the log has shown ends, and for the timeout after', async () => {
    const host = hostWith(shown, login('10:00:00', 'alice', '192.0.2.10'));
    expect(await relaying(host, '10:01:00')).toEqual(['192.0.2.10']);
    expect(await relaying(host, '12:00:00')).toEqual(['192.0.2.10']);
    appendFileSync(host.log, end('12:00:30', 'alice', '192.0.2.10'));
    expect(await relaying(host, '12:30:29')).toEqual(['192.0.2.10']);
    expect(await relaying(host, '12:30:30')).toEqual([]);
  });

  it('has its timeout alone where the log has shown no end, or its ends match no login', async () => {
    const strange = (time: string) => end(time, 'mallory', '203.0.113.66');
    for (const before of ['', shown + strange('09:30:00')]) {
      const host = hostWith(before, login('10:00:00', 'alice', '192.0.2.10'));
      expect(await relaying(host, '10:29:59')).toEqual(['192.0.2.10']);
      expect(await relaying(host, '10:30:00')).toEqual([]);
    }
  });

  it('has its timeout alone where the end came first, in the same run and in the one before', async () => {
    const session = [end('10:00:01', 'alice', '192.0.2.10'), login('10:00:02', 'alice', '192.0.2.10')];
    const [one, two] = [hostWith(shown, ...session), hostWith(shown, session[0] ?? '')];
    await two.run(['update'], at('10:00:02'));
    appendFileSync(two.log, session[1] ?? '');
    for (const host of [one, two]) {
      expect(await relaying(host, '10:30:01')).toEqual(['192.0.2.10']);
      expect(await relaying(host, '10:30:02')).toEqual([]);
    }
  });

  it('is not refreshed by the end of a session that is not open, whatever it names', async () => {
    const courier = (time: string, text: string) => line(time, `pop3d: ${text}`);
    const host = hostWith(
      courier('10:00:00', 'LOGIN, user=bob, ip=[192.0.2.20], port=[4711]'),
      courier('10:00:01', 'LOGOUT, user=bob, ip=[192.0.2.20], port=[4711], top=0, retr=0'),
    );
    const forged = `LOGOUT, user=bob, ip=[192.0.2.20], port=[1], headers=000${'0'.repeat(100)}`;
    for (const minute of ['10', '20', '29']) {
      appendFileSync(host.log, courier(`10:${minute}:00`, forged));
      await host.run(['update'], at(`10:${minute}:01`));
    }
    expect(await relaying(host, '10:30:01')).toEqual([]);
  });

  it('stays after an upgrade of a state that knew nothing of ends, until its session ends', async () => {
    const host = hostWith(shown, login('10:00:00', 'alice', '192.0.2.10'));
    await relaying(host, '10:01:00');
    const { sessions, lines, ...before } = JSON.parse(readFileSync(`${host.folder}/state.cursors`, 'utf8'));
    writeFileSync(`${host.folder}/state.cursors`, JSON.stringify(before));
    const { stderr } = await host.run(['update'], at('11:00:00'));
    expect([Object.keys(sessions).length, stderr]).toEqual([1, '']);
    appendFileSync(host.log, end('11:00:30', 'alice', '192.0.2.10'));
    expect(await relaying(host, '11:30:29')).toEqual(['192.0.2.10']);
    expect(await relaying(host, '11:30:30')).toEqual([]);
  });
});

describe('the ends of', () => {
  const element = 'method=PLAIN, rip=192.0.2.10, lip=192.0.2.1';
  const dovecot = (message: string) => `dovecot: ${message}`;
  const imap = dovecot(`imap-login: Login: user=<alice>, ${element}, mpid=27, TLS, session=<S>`);
  const nginx = (words: string) =>
    `nginx: 2026/11/22 10:00:00 [info] 7#7: *1 ${words}, client: 192.0.2.10, server: 0.0.0.0:143, login: "alice", upstream: 127.0.0.1:1143`;
  const proxied = dovecot(
    `imap-login: proxy(alice): started proxying to 10.0.0.5:143: user=<alice>, ${element}, session=<S>`,
  );

  it.each([
    {
      name: 'the prefix with the session',
      login: imap,
      end: dovecot('imap(alice)<S>: Disconnected: Logged out in=93 out=956'),
    },
    {
      name: 'a session that hibernates',
      login: imap,
      end: dovecot('imap-hibernate(alice)<28><S>: Disconnected: Connection closed in=24 out=721 deleted=0'),
    },
    {
      name: 'a client whose last command has brackets in it',
      login: imap,
      end: dovecot(
        'imap(alice)<27><S>: Disconnected: Connection closed (UID X<Y finished 0.004 secs ago) in=9',
      ),
    },
    {
      name: 'a process that was killed',
      login: imap,
      end: dovecot('imap(alice)<27><S>: Fatal: master: service(imap): child 27 killed with signal 9'),
    },
    {
      name: 'a proxy that logs the name by which it was called',
      login: proxied.replace('session=', 'name=<mail.example.test>, session='),
      end: dovecot(
        `imap-login: proxy(alice,10.0.0.5:143): Disconnected by client (0s idle, in=1, out=1): user=<alice>, ${element}, name=<mail.example.test>, session=<S>`,
      ),
    },
    {
      name: 'a proxy of 2.2 to 2.3.10',
      login: proxied,
      end: dovecot(
        `imap-login: proxy(alice): disconnecting 192.0.2.10 (Disconnected by client): user=<alice>, ${element}, session=<S>`,
      ),
    },
    {
      name: 'a proxy since',
      login: proxied,
      end: dovecot(
        `imap-login: proxy(alice,10.0.0.5:143): Disconnected by client (12s idle, in=312, out=1840): user=<alice>, ${element}, TLS, session=<S>`,
      ),
    },
    ...[
      'client timed out (110: Connection timed out) while proxying',
      'upstream timed out (110: Connection timed out) while proxying',
      'shutdown timeout while proxying',
    ].map((words) => ({
      name: `nginx by '${words}'`,
      login: nginx('client logged in'),
      end: nginx(words),
    })),
    {
      name: 'Courier 2.0.6',
      login: 'pop3d: LOGIN, user=alice, ip=[192.0.2.10], port=[1]',
      end: 'pop3d: disc, user=alice, ip=[192.0.2.10], port=[1], top=0, retr=0, rcvd=6, sent=30, time=0',
    },
  ])('$name open and close sessions', async ({ login, end }) => {
    const at2 = (text: string) =>
      text
        .replaceAll('S>', 'T>')
        .replaceAll('*1 ', '*2 ')
        .replaceAll('alice', 'bob')
        .replaceAll('192.0.2.10', '192.0.2.11');
    const host = hostWith(line('10:00:00', login), line('10:00:05', end), line('10:01:00', at2(login)));
    expect(await relaying(host, '11:00:00')).toEqual(['192.0.2.11']);
    appendFileSync(host.log, line('11:00:10', at2(end)));
    expect(await relaying(host, '11:30:09')).toEqual(['192.0.2.11']);
    expect(await relaying(host, '11:30:10')).toEqual([]);
  });

  it.each([
    { name: 'Dovecot 2.2', login: imap, end: dovecot('imap(alice): Disconnected: Logged out in=93 out=956') },
    {
      name: 'early proxies of 2.2',
      login: proxied,
      end: dovecot('imap-login: proxy(alice): disconnecting 192.0.2.10'),
    },
  ])('$name do not say of which session, and open none', async ({ login, end }) => {
    const host = hostWith(line('10:00:00', login), line('10:00:05', end), line('10:01:00', login));
    expect(await relaying(host, '10:30:59')).toEqual(['192.0.2.10']);
    const note = '  its session does not count: the log of dovecot does not say which session ends\n';
    expect((await host.run(['dump', '192.0.2.10'], at('10:30:59'))).stdout).toContain(note);
    expect(await relaying(host, '10:31:00')).toEqual([]);
  });
});

it('a stranger ends no session, and brings none into doubt, by a mail of which mail_log has a line', async () => {
  const host = hostWith(shown, login('10:00:00', 'alice', '192.0.2.10'));
  const idOf = /session=<[^>]*>/.exec(login('10:00:00', 'alice', '192.0.2.10'))?.[0].slice('session='.length);
  for (const id of [idOf, '<x>']) {
    const subject = `x)<1>${id}: Disconnected: y`;
    const logged = 'expunge: box=INBOX, uid=1, msgid=<1@example.net>, size=612, subject';
    appendFileSync(host.log, line('10:00:30', `dovecot: imap(bob)<9><B>: ${logged}=${subject}`));
  }
  appendFileSync(host.log, login('10:01:00', 'carol', '192.0.2.12'));
  expect(await relaying(host, '11:00:00')).toEqual(['192.0.2.10', '192.0.2.12']);
});

it('a proxy and its backend in one log, which both tell of a session by one id, leave no address past it', async () => {
  // As Dovecot 2.3.19 does where the backend has the proxy among login_trusted_networks.
  const element = (user: string, address: string) =>
    `user=<${user}>, method=PLAIN, rip=${address}, lip=192.0.2.1`;
  const begins = (time: string, user: string, address: string) => [
    line(time, `dovecot: imap-login: Login: ${element(user, address)}, mpid=84, secured, session=<${user}>`),
    line(
      time,
      `dovecot: imap-login: proxy(${user},127.0.0.1:1143): Started proxying to <127.0.0.1> (0.391 secs): ${element(user, address)}, session=<${user}>`,
    ),
  ];
  const ends = (time: string, user: string, address: string) => [
    line(time, `dovecot: imap(${user})<84><${user}>: Disconnected: Logged out in=8 out=468 deleted=0`),
    line(
      time,
      `dovecot: imap-login: proxy(${user},127.0.0.1:1143): Disconnected by server (0s idle, in=211, out=580): ${element(user, address)}, session=<${user}>`,
    ),
  ];
  const shownByBoth = [
    ...begins('10:00:00', 'zoe', '192.0.2.99'),
    ...ends('10:00:05', 'zoe', '192.0.2.99'),
    ...begins('10:01:00', 'alice', '192.0.2.10'),
  ];
  const host = hostWith(...shownByBoth);
  expect(await relaying(host, '11:00:00')).toEqual(['192.0.2.10']);
  // The end that either of them tells is enough, whichever comes first.
  const [first = '', second = ''] = ends('11:00:10', 'alice', '192.0.2.10');
  appendFileSync(host.log, second);
  expect(await relaying(host, '11:30:09')).toEqual(['192.0.2.10']);
  expect(await relaying(host, '11:30:10')).toEqual([]);
  appendFileSync(host.log, first + begins('11:31:00', 'bob', '192.0.2.11').join(''));
  expect(await relaying(host, '12:30:00')).toEqual(['192.0.2.11']);
});

describe('why a session does not count', () => {
  it('is told of an address that may relay, and of one that no longer may', async () => {
    const host = hostWith(login('10:00:00', 'alice', '192.0.2.10'));
    await host.run(['update'], at('10:01:00'));
    const note = '  its session does not count: no end of a dovecot session in the log yet\n';
    expect((await host.run(['dump', '192.0.2.10'], at('10:02:00'))).stdout).toContain(
      `until 10:30:00 (28 min)\n${note}`,
    );
    expect((await host.run(['dump', '192.0.2.10'], at('10:40:00'))).stdout).toContain(`10 min ago\n${note}`);
    appendFileSync(host.log, end('10:03:00', 'alice', '192.0.2.10') + login('10:04:00', 'bob', '192.0.2.11'));
    await host.run(['update'], at('10:05:00'));
    expect((await host.run(['dump', '192.0.2.11'], at('10:45:00'))).stdout).toMatch(
      /^192\.0\.2\.11: yes: .*\n {2}text /,
    );
    const strange = end('10:06:00', 'eve', '203.0.113.1') + end('10:06:01', 'eve', '203.0.113.2');
    appendFileSync(host.log, strange + login('10:07:00', 'carol', '192.0.2.12'));
    await host.run(['update'], at('10:08:00'));
    expect((await host.run(['dump', '192.0.2.12'], at('10:09:00'))).stdout).toContain(
      '  its session does not count: 2 of the last 3 ends of dovecot matched no session\n',
    );
  });

  it('is told by update --check, of each server that has logged logins', async () => {
    const found = async (host: MailHost) => {
      await host.run(['update'], at('10:10:00'));
      const { stdout } = await host.run(['update', '--check', '--json'], at('10:10:00'));
      const findings = stdout
        .split('\n')
        .filter(Boolean)
        .map((text) => JSON.parse(text));
      return findings
        .filter(({ subject }) => subject === 'sessions')
        .map(({ level, text }) => `${level} ${text}`);
    };
    expect(await found(hostWith(login('10:00:00', 'alice', '192.0.2.10')))).toEqual([
      'note a dovecot login opens no session, and counts for 30 min: no end of a dovecot session in the log yet',
    ]);
    expect(await found(hostWith(shown, login('10:00:00', 'alice', '192.0.2.10')))).toEqual([
      'ok a dovecot login opens a session: the only end of dovecot so far matched a session',
    ]);
    const off = new MailHost('sessions off');
    appendFileSync(off.log, login('10:00:00', 'alice', '192.0.2.10'));
    expect(await found(off)).toEqual([]);
  });
});
