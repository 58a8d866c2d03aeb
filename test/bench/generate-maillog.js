// Writes mail logs as a host with two thousand users has them: the same lines for the same options, on any machine
// and at any time. A log is never held in memory.
import { closeSync, openSync, writeFileSync } from 'node:fs';

/** When a log begins, in Unix milliseconds; its first line is one step later. */
export const beginning = Date.parse('2026-01-05T06:00:00Z');

/** Milliseconds from line to line: 100,000 lines in half an hour. */
const step = 18;

const users = 2000;

/** The lines that are logins, how often each occurs, in 200ths, and what it says about one client. */
const logins = [
  [26, (c) => `dovecot: imap-login: Login: ${dovecotFields(c, `mpid=${c.pid}, TLS`)}`],
  [10, (c) => `dovecot: pop3-login: Login: ${dovecotFields(c, `mpid=${c.pid}, TLS`)}`],
  [3, (c) => `imapd: LOGIN, user=${c.user}, ip=[${c.mapped}], port=[${c.port}], protocol=IMAP`],
  [2, (c) => `pop3d: LOGIN, user=${c.user}, ip=[${c.mapped}], port=[${c.port}]`],
  [
    3,
    (c) =>
      `cyrus/imap[${c.pid}]: login: [${c.address}] ${c.user} plaintext+TLS User logged in ${cyrusSession(c)}`,
  ],
];

/** The other lines of the same servers, and those of the MTA. */
const others = [
  [
    30,
    (c) => `dovecot: imap(${c.user})<${c.pid}><${c.session}>: Disconnected: Logged out ${dovecotCounts(c)}`,
  ],
  [
    9,
    (c) => `dovecot: imap-login: Disconnected: Connection closed ${dovecotTries} ${dovecotFields(c, 'TLS')}`,
  ],
  [2, (c) => `imapd: LOGIN FAILED, user=${c.user}, ip=[${c.mapped}], port=[${c.port}]`],
  [2, (c) => `pop3d: Connection, ip=[${c.mapped}], port=[${c.port}]`],
  [
    2,
    (c) =>
      `cyrus/imap[${c.pid}]: badlogin: [${c.address}] plaintext ${c.user} SASL(-13): authentication failure`,
  ],
  [2, (c) => `cyrus/imap[${c.pid}]: USAGE ${c.user} user: 0.0${c.port} sys: 0.00${c.port}`],
  [
    3,
    (c) => `postfix/submission/smtpd[${c.pid}]: ${c.queueId}: client=unknown[${c.address}], ${saslFields(c)}`,
  ],
  [25, (c) => `postfix/smtpd[${c.pid}]: connect from client${c.port}.isp.example[${c.address}]`],
  [
    24,
    (c) => `postfix/smtpd[${c.pid}]: disconnect from client${c.port}.isp.example[${c.address}] ${smtpCounts}`,
  ],
  [11, (c) => `postfix/cleanup[${c.pid}]: ${c.queueId}: message-id=<${c.session}.${c.pid}@mail.isp.example>`],
  [
    13,
    (c) =>
      `postfix/qmgr[812]: ${c.queueId}: from=<${c.mailbox}@isp.example>, size=${c.port}, nrcpt=1 (queue active)`,
  ],
  [
    15,
    (c) =>
      `postfix/smtp[${c.pid}]: ${c.queueId}: ${recipient(c)}, relay=mx.elsewhere.example[${c.address}]:25, ${sent(c)}`,
  ],
  [11, (c) => `postfix/qmgr[812]: ${c.queueId}: removed`],
  [
    7,
    (c) =>
      `postfix/smtpd[${c.pid}]: NOQUEUE: reject: RCPT from unknown[${c.address}]: 554 5.7.1 ${denied(c)}`,
  ],
];

const dovecotTries = '(auth failed, 1 attempts in 2 secs):';
const smtpCounts = 'ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7';

function dovecotFields(c, more) {
  return `user=<${c.user}>, method=PLAIN, rip=${c.address}, lip=192.0.2.1, ${more}, session=<${c.session}>`;
}

function dovecotCounts(c) {
  return `in=${c.pid} out=${c.port} deleted=0 expunged=0 trashed=0 hdr_count=${c.pid} hdr_bytes=${c.port} body_count=0 body_bytes=0`;
}

function cyrusSession(c) {
  return `SESSIONID=<cyrus-${c.number}-${c.pid}-1-${c.number}>`;
}

function saslFields(c) {
  return `sasl_method=PLAIN, sasl_username=${c.user}`;
}

function recipient(c) {
  return `to=<${c.mailbox}@elsewhere.example>`;
}

function sent(c) {
  return `delay=0.33, delays=0.02/0.01/0.1/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${c.queueId})`;
}

function denied(c) {
  return `<${c.mailbox}@elsewhere.example>: Relay access denied; from=<x@isp.example> ${recipient(c)} proto=ESMTP helo=<client>`;
}

/** What a log is made of. */
const mixtures = { usual: [...logins, ...others], 'logins only': logins, 'no login': others };

/**
 * Appends lines to a log, in rsyslog's default format, and returns when the last one is stamped, in Unix milliseconds.
 *
 * @param {string} path
 * @param {{ lines: number, mixture?: keyof typeof mixtures, from?: number }} options - `from`: Unix milliseconds that
 *   all lines are later than.
 */
export function writeMaillog(path, { lines, mixture = 'usual', from = beginning }) {
  const wheel = mixtures[mixture].flatMap(([weight, message]) => Array(weight).fill(message));
  const random = randomNumbers(lines);
  const file = openSync(path, 'a');
  let text = '';
  for (let line = 1; line <= lines; line++) {
    const stamp = new Date(from + line * step).toISOString().slice(0, -1);
    const message = wheel[Math.floor(random() * wheel.length)];
    text += `${stamp}${100 + (line % 900)}+00:00 mx1 ${message(someone(random))}\n`;
    if (text.length > 1 << 20 || line === lines) {
      writeFileSync(file, text);
      text = '';
    }
  }
  closeSync(file);
  return from + lines * step;
}

/** Returns a function that gives numbers from 0 to 1, the same ones for the same seed (mulberry32). */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A client: one of the users at one of its two addresses (a third of all are IPv6), and ids of the occasion. */
function someone(random) {
  const index = Math.floor(random() * users);
  const place = index * 2 + Math.floor(random() * 2);
  const [block, last] = [(place >> 4) + 1, (place & 15) + 1];
  const isIPv6 = place % 3 === 0;
  const address = isIPv6 ? `2001:db8:${block.toString(16)}::${last.toString(16)}` : `198.18.${block}.${last}`;
  const mailbox = `user${index}`;
  const number = Math.floor(random() * 2 ** 31);
  return {
    mailbox,
    user: index % 3 === 0 ? `${mailbox}@virt${index % 50}.example` : mailbox,
    address,
    mapped: isIPv6 ? address : `::ffff:${address}`,
    number,
    pid: 1000 + (number % 30_000),
    port: 1024 + (number % 60_000),
    queueId: number.toString(16).toUpperCase().padStart(8, '0'),
    session: `${number.toString(36)}+${(number ^ 0x2a55aa55).toString(36)}A`,
  };
}
