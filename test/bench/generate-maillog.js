// Writes mail logs as a host with two thousand users has them: the same lines for the same options, on any machine
// and at any time. A log is never held in memory.
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serverNames } from '../../scripts/build/joined-rules.js';

/** When a log begins, in Unix milliseconds; its first line is one step later. */
export const beginning = Date.parse('2026-01-05T06:00:00Z');

/** Milliseconds from line to line: 100,000 lines in half an hour. */
const step = 18;

const users = 2000;

const project = fileURLToPath(new URL('../..', import.meta.url));

/**
 * What the POP and IMAP servers log: of each, `traffic.txt` in its folder of src/servers, if it has one. A line of that
 * is how often it occurs, in 200ths of all; `login` or `other`; and the line from the program's name on, in which
 * `${NAME}` stands for what someone() knows of the client.
 */
const serverLines = serverNames(project).flatMap((server) => {
  const path = join(project, 'src/servers', server, 'traffic.txt');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [, weight, kind, template] = /^(\d+) (login|other) (.+)$/.exec(line) ?? [];
    if (template === undefined) throw new Error(`${path}: cannot read '${line}'`);
    return { kind, entry: [Number(weight), messageOf(template)] };
  });
});

/** Returns a function from a client to the message that a template makes of it. */
function messageOf(template) {
  const [first, ...rest] = template.split('${');
  const parts = rest.map((part) => part.split(/\}(.*)/s));
  return (c) => parts.reduce((text, [name, after]) => text + c[name] + after, first);
}

const entriesOf = (wanted) => serverLines.flatMap(({ kind, entry }) => (kind === wanted ? [entry] : []));

/** The lines that are logins, each as a weight and a function from a client to what it says. */
const logins = entriesOf('login');

/** The other lines of the same servers, and those of the MTA. */
const others = [
  ...entriesOf('other'),
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

const smtpCounts = 'ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7';

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

/** Bytes of a log of samples at least. */
const samplesSize = 50e6;

/** Writes the sample logs of all servers, one after the other, again and again. */
export function writeSamples(path) {
  const once = serverNames(project).flatMap((server) => {
    const folder = join(project, 'src/servers', server);
    return readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .sort()
      .map((name) => readFileSync(join(folder, name)));
  });
  const bytes = Buffer.concat(once);
  const file = openSync(path, 'wx');
  for (let written = 0; written < samplesSize; written += bytes.length) writeFileSync(file, bytes);
  closeSync(file);
}

/** By name, functions from a time (Unix milliseconds), the digits of its microseconds and a message with its tag to a line. */
const forms = {
  /** rsyslog's default. */
  iso: (time, micros, message) => `${isoStamp(time, micros)} mx1 ${message}`,
  traditional: (time, _micros, message) => {
    const [, day, month, clock] = /, (\d\d) (\w{3}) \d{4} (\S+)/.exec(new Date(time).toUTCString());
    return `${month} ${day.replace(/^0/, ' ')} ${clock} mx1 ${message}`;
  },
  rfc5424: (time, micros, message) => {
    const [, tag, pid = '-', text] = /^([^[: ]+)(?:\[(\d+)\])?: (.*)$/.exec(message);
    return `<22>1 ${isoStamp(time, micros)} mx1 ${tag} ${pid} - - ${text}`;
  },
};

function isoStamp(time, micros) {
  return `${new Date(time).toISOString().slice(0, -1)}${micros}+00:00`;
}

/**
 * Appends lines to a log, in rsyslog's default format unless another is wanted, and returns when the last one is stamped, in Unix milliseconds.
 *
 * @param {string} path
 * @param {{ lines: number, mixture?: keyof typeof mixtures, form?: keyof typeof forms, from?: number }} options - `from`: Unix milliseconds that
 *   all lines are later than.
 */
export function writeMaillog(path, { lines, mixture = 'usual', form = 'iso', from = beginning }) {
  const wheel = mixtures[mixture].flatMap(([weight, message]) => Array(weight).fill(message));
  const random = randomNumbers(lines);
  const file = openSync(path, 'a');
  let text = '';
  for (let line = 1; line <= lines; line++) {
    const message = wheel[Math.floor(random() * wheel.length)];
    text += `${forms[form](from + line * step, 100 + (line % 900), message(someone(random)))}\n`;
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
