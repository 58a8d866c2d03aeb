// What the pictures show: each is a host, and what somebody types there.

const day = '2026-11-22';

/** Returns a line as Dovecot 2.3 logs a login, through rsyslog. */
function login(time, user, address) {
  const session = Buffer.from(`${user} ${address} ${time}`).toString('base64').slice(0, 16);
  return `${time.replace('Z', '.004217+00:00')} mx dovecot: imap-login: Login: user=<${user}>, method=PLAIN, rip=${address}, lip=192.0.2.1, mpid=71, TLS, session=<${session}>\n`;
}

/** Returns a line of Postfix, which does not relay for a client. */
function denied(time, address) {
  return `${time.replace('Z', '.107311+00:00')} mx postfix/smtpd[902]: NOQUEUE: reject: RCPT from unknown[${address}]: 454 4.7.1 <friend@example.net>: Relay access denied; from=<carol@example.org> to=<friend@example.net> proto=ESMTP helo=<laptop>\n`;
}

/** The pictures by the names of their files. */
export const scenes = {
  table: {
    title: 'A terminal: exact update finds four logins, exact dump shows who may relay, and why one may not',
    async play(host) {
      const at = (time) => `${day}T${time}Z`;
      await host.run(at('09:50:00'), 'update');
      host.write('mail.log', login(at('10:04:26'), 'alice@example.org', '198.51.100.23'));
      host.write('mail.log', login(at('10:06:02'), 'scanner', '192.0.2.40'));
      host.write('mail.log', login(at('10:07:41'), 'bob@example.org', '2001:db8:7::4d'));
      host.write('mail.log', login(at('10:09:13'), 'webmail', '127.0.0.1'));
      host.write('mail.log', login(at('10:09:55'), 'carol@example.org', '2001:db8:9::c1'));
      host.write('mail.log', denied(at('10:10:20'), '203.0.113.9'), at('10:10:20'));
      await host.type(at('10:11:00'), 'update -v');
      await host.type(at('10:12:00'), 'dump');
      await host.type(at('10:12:08'), 'dump 198.51.100.23');
      await host.type(at('10:12:20'), 'dump 203.0.113.9');
    },
  },
  day: {
    title: 'A terminal: exact dump --stats shows the sums, and the last day as a chart',
    async play(host) {
      // Logins in each hour of a day, from 10 h on.
      const people = [31, 28, 24, 26, 33, 30, 27, 22, 14, 11, 9, 7, 4, 2, 1, 0, 0, 1, 2, 6, 15, 27, 36, 34];
      const start = Date.parse(`${day}T10:00:00Z`);
      const at = (minutes, seconds = 0) =>
        new Date(start + (minutes * 60 + seconds) * 1000).toISOString().replace('.000', '');
      await host.run(at(-1), 'update');
      for (const [hour, count] of people.entries()) {
        for (let index = 0; index < count; index++) {
          const person = (hour * 7 + index * 5) % 41;
          const time = at(hour * 60 + 14);
          host.write('mail.log', login(time, `user${person}@example.org`, `198.51.100.${20 + person}`), time);
        }
        if (hour % 5 === 2) host.write('mail.log', login(at(hour * 60 + 14), 'webmail', '127.0.0.1'));
        await host.run(at(hour * 60 + 14, 2), 'update');
      }
      await host.type(at(23 * 60 + 15), 'dump --stats');
    },
  },
  rule: {
    title: 'A terminal: exact test-rule shows with a caret where an expression stops matching a line',
    async play(host) {
      host.write(
        'zpopd.log',
        [
          'Nov 22 10:04:26 mx zpopd[811]: 5f2a: LOGIN OK u="alice" peer=192.0.2.10:41822 tls\n',
          'Nov 22 10:04:31 mx zpopd[813]: 5f2b: LOGIN OK u="bob" peer=[2001:db8::10]:50112\n',
          'Nov 22 10:04:40 mx zpopd[815]: 5f2c: LOGIN FAIL u="carol" peer=192.0.2.66:40001\n',
        ].join(''),
      );
      const expression = '^%{WORD}: LOGIN OK u="%{USER}" peer=%{ADDRESS}:';
      await host.type(`${day}T10:12:00Z`, `test-rule --program zpopd --match '${expression}' zpopd.log`, [
        ...['test-rule', '--program', 'zpopd', '--match', expression, 'zpopd.log'],
      ]);
    },
  },
};
