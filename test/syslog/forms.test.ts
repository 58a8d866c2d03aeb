/**
 * The forms of exact(8)'s table: each has a sample, `forms/NAME.log`, which says who logs in by lines of several
 * servers. `captured` names the program that wrote it; `documented` what its shape was taken from.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { linesOfChunk } from '../../src/maillog/chunk-lines.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { createScanner } from '../../src/recognize/scan.ts';
import type { Login } from '../../src/relay/login.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { utc } from '../../src/syslog/zone.ts';

const folder = new URL('forms/', import.meta.url);

/** Six servers; those who log address and user on two lines are joined by the process number. */
const six = [
  'alice .10',
  'bob@example.com .11',
  'carol .12',
  'dave .13',
  'erin .14',
  'frank@example.com .15',
];
/** Dovecot alone, whose third line is a failure. */
const dovecot = ['alice .10', 'bob .11'];

interface Sample {
  /** The entry of exact(8)'s table. */
  readonly form: string;
  readonly file: string;
  readonly from: `captured: ${string}` | `documented: ${string}`;
  readonly logins?: readonly string[];
  /** What else must be true of the first login. */
  readonly first?: Partial<Login>;
}

const at = (text: string): number => Date.parse(text) / 1000;

const samples: readonly Sample[] = [
  { form: 'rsyslog', file: 'rsyslog-received-rfc5424.trad', from: 'captured: rsyslog 8.2302' },
  { form: 'rsyslog', file: 'rsyslog-received-rfc5424.iso', from: 'captured: rsyslog 8.2302' },
  { form: 'rsyslog', file: 'rsyslog-jsonmesg', from: 'captured: rsyslog 8.2302' },
  { form: 'rsyslog', file: 'rsyslog-template-json', from: "documented: rsyslog's manual, omelasticsearch" },
  { form: 'syslog-ng', file: 'syslog-ng-format-json', from: 'captured: syslog-ng 3.38' },
  { form: 'busybox syslogd', file: 'busybox', from: 'captured: busybox 1.35' },
  {
    form: 'OpenWrt logread',
    file: 'openwrt-logread',
    from: 'documented: ubox, log/logread.c',
    first: { host: '' },
  },
  {
    form: 'OpenWrt logread',
    file: 'openwrt-logread-t',
    from: 'documented: ubox, log/logread.c',
    first: { host: '' },
  },
  {
    form: 'GNU inetutils syslogd',
    file: 'inetutils',
    from: 'captured: inetutils-syslogd 2.4, by one line of it',
  },
  { form: 'FreeBSD syslogd', file: 'freebsd-v', from: 'documented: syslogd(8), -v' },
  { form: 'FreeBSD syslogd', file: 'freebsd-vv', from: 'documented: syslogd(8), -vv' },
  {
    form: 'FreeBSD syslogd',
    file: 'freebsd-forwarded',
    from: 'documented: FreeBSD, usr.sbin/syslogd/syslogd.c',
    first: { host: 'mx' },
  },
  {
    form: 'Solaris and illumos syslogd',
    file: 'solaris',
    from: 'documented: syslogd(8) of illumos, msgid in log.conf(5)',
  },
  { form: 'AIX syslogd', file: 'aix', from: "documented: AIX's syslogd" },
  { form: 'AIX syslogd', file: 'aix-forwarded', from: "documented: AIX's syslogd", first: { host: 'mx' } },
  { form: 'macOS syslogd', file: 'macos', from: "documented: asl.conf(5), format 'std'" },
  { form: 'metalog', file: 'metalog', from: 'captured: metalog', first: { host: '' } },
  { form: 'metalog', file: 'metalog-rfc3164', from: 'captured: metalog', first: { host: '' } },
  { form: 'metalog', file: 'metalog-rfc5424', from: 'captured: metalog', first: { host: '' } },
  { form: 'RFC 3164 and RFC 5424 as sent', file: 'priority', from: 'documented: RFC 3164' },
  { form: 'RFC 3164 and RFC 5424 as sent', file: 'rfc5424-counted', from: 'documented: RFC 6587, 3.4.1' },
  {
    form: 'RFC 3164 and RFC 5424 as sent',
    file: 'bracketed-host',
    from: 'documented: RFC 5952',
    first: { host: '2001:db8::25' },
  },
  { form: 'RFC 3164 and RFC 5424 as sent', file: 'tag-without-blank', from: 'documented: RFC 3164, 5.3' },
  { form: 'RFC 3164 and RFC 5424 as sent', file: 'byte-order-mark', from: 'documented: Unicode, 23.8' },
  { form: 'socklog', file: 'socklog', from: 'captured: socklog 2.1', first: { host: '' } },
  {
    form: 'svlogd',
    file: 'svlogd-t',
    from: 'captured: svlogd 2.1',
    first: { time: at('2026-11-29T19:29:34Z') },
  },
  {
    form: 'svlogd',
    file: 'svlogd-tt',
    from: 'captured: svlogd 2.1',
    first: { time: at('2026-11-29T19:29:38Z') },
  },
  {
    form: 'svlogd',
    file: 'svlogd-ttt',
    from: 'captured: svlogd 2.1',
    first: { time: at('2026-11-29T19:29:41Z') },
  },
  {
    form: 'multilog',
    file: 'multilog',
    from: 'captured: multilog 0.76',
    first: { time: at('2026-11-29T19:29:46Z') },
  },
  {
    form: 'multilog',
    file: 'tai64nlocal',
    from: 'captured: tai64nlocal 0.76',
    first: { time: at('2026-11-29T19:29:46Z') },
  },
  {
    form: 's6-log',
    file: 's6-log-t',
    from: 'captured: s6-log 2.11',
    first: { time: at('2026-11-29T19:29:53Z') },
  },
  {
    form: 's6-log',
    file: 's6-log-T',
    from: 'captured: s6-log 2.11',
    first: { time: at('2026-11-29T19:29:57Z') },
  },
  { form: 'journalctl', file: 'journalctl-short', from: 'captured: systemd 252' },
  { form: 'journalctl', file: 'journalctl-short-precise', from: 'captured: systemd 252' },
  { form: 'journalctl', file: 'journalctl-short-iso', from: 'captured: systemd 252' },
  { form: 'journalctl', file: 'journalctl-short-full', from: 'captured: systemd 252' },
  { form: 'journalctl', file: 'journalctl-short-unix', from: 'captured: systemd 252' },
  // cyrus.service tells nothing of imap or pop3, but its rule for that name does.
  {
    form: 'journalctl',
    file: 'journalctl-with-unit',
    from: 'captured: systemd 252',
    first: { program: 'dovecot' },
  },
  { form: 'journalctl', file: 'journalctl-short-monotonic', from: 'captured: systemd 252', logins: [] },
  {
    form: 'journalctl',
    file: 'journalctl-json',
    from: 'captured: systemd 252',
    first: { time: 1_795_980_875 },
  },
  { form: 'journalctl', file: 'journalctl-json-seq', from: 'captured: systemd 252' },
  { form: 'journalctl', file: 'journalctl-json-sse', from: 'captured: systemd 252' },
  {
    form: 'Dovecot itself',
    file: 'dovecot-1',
    from: 'documented: Dovecot 1.0, src/lib/failures.c',
    logins: dovecot,
  },
  {
    form: 'Dovecot itself',
    file: 'dovecot-1-prefix',
    from: 'documented: Dovecot 1.0, src/lib/failures.c',
    logins: dovecot,
  },
  {
    form: 'Dovecot itself',
    file: 'dovecot-2-timestamps',
    from: 'documented: strftime(3)',
    logins: Array(10).fill('alice .10'),
  },
  {
    form: 'Dovecot itself',
    file: 'dovecot-stderr-journald',
    from: 'captured: systemd 252',
    logins: ['alice .10'],
  },
  {
    form: 'Docker',
    file: 'docker-json-file',
    from: "documented: Docker's logging drivers",
    logins: dovecot,
    first: { time: at('2026-11-29T19:39:44Z') },
  },
  { form: 'Docker', file: 'docker-logs-t', from: 'documented: docker logs', logins: dovecot },
  { form: 'Docker', file: 'docker-compose', from: 'documented: docker compose logs' },
  {
    form: 'Docker',
    file: 'docker-syslog-driver',
    from: "documented: Docker's syslog driver",
    logins: dovecot,
  },
  { form: 'Kubernetes', file: 'kubernetes-cri', from: 'documented: kubelet, CRI logging', logins: dovecot },
  { form: 'Kubernetes', file: 'kubectl-prefix', from: 'documented: kubectl logs --prefix' },
  { form: 'Vector', file: 'vector-syslog', from: "documented: Vector's syslog source" },
  {
    form: 'Vector',
    file: 'vector-file',
    from: "documented: Vector's file source",
    first: { time: at('2026-11-29T19:39:44Z'), host: 'mx' },
  },
  {
    form: 'Fluent Bit',
    file: 'fluent-bit-syslog',
    from: "documented: Fluent Bit's parsers.conf",
    first: { time: at('2026-11-29T19:39:44Z') },
  },
  {
    form: 'Fluent Bit',
    file: 'fluent-bit-tail',
    from: "documented: Fluent Bit's tail input",
    first: { time: at('2026-11-29T19:39:44Z') },
  },
  {
    form: 'filebeat',
    file: 'filebeat-syslog',
    from: "documented: filebeat's syslog processor",
    first: { host: 'mx' },
  },
  {
    form: 'filebeat',
    file: 'filebeat-file',
    from: "documented: filebeat's filestream input",
    first: { time: at('2026-11-29T19:39:44Z') },
  },
];

/** The servers of the samples beside Dovecot, so that the folder of any of them can be removed. */
const servers = String.raw`
<server courier>
    program  imapd
    match    ^LOGIN, user=(?<user>.{1,255}), ip=\[%{ADDRESS}\], port=\[\d{0,5}\], protocol=\w{1,10}$
</server>
<server popa3d>
    program  popa3d
    connect  ^Session from %{ADDRESS}$
    match    ^Authentication passed for %{USER}$
</server>
<server solid-pop3d>
    program  solid-pop3d
    connect  ^connect from %{ADDRESS}$
    match    ^user (?<user>.{1,255}) authenticated$
</server>
<server cyrus>
    program  cyrus/imap* cyrus imap
    match    ^login: [^\s\[\]]+ \[%{ADDRESS}\] (?<user>[^\s\[\]]+) [\w-]+\+TLS User logged in SESSIONID=<[^<>\s]+>$
</server>
<server vpopmail>
    program  vpopmail
    match    ^vchkpw-pop3: \([^()]*\) login success (?<user>.+@[^@:\s]*):%{ADDRESS}$
</server>
`;

let rules: readonly Rule[];
beforeAll(async () => {
  ({ rules } = await loadRules({ servers: ['auto'], files: [{ path: 'f', text: servers }] }));
});

const writtenBefore = Date.UTC(2026, 10, 29, 22) / 1000;

function chunkOf(file: string) {
  const bytes = readFileSync(new URL(`${file}.log`, folder));
  return { bytes, start: 0, end: bytes.length, source: file, firstLine: 1, isNew: false, writtenBefore };
}

function recognizerOf() {
  return createRecognizer({ rules, zone: utc, connectWindow: 120, takesAnyTime: true });
}

function scanned(file: string): Login[] {
  const logins: Login[] = [];
  createScanner(recognizerOf()).scan(chunkOf(file), (outcome) => {
    if (outcome.kind === 'login') logins.push(outcome.login);
  });
  return logins;
}

describe("the forms of exact(8)'s table", () => {
  it.each(samples)('$form, $file: read', ({ file, logins = six, first = {} }) => {
    const found = scanned(file);
    expect(found.map(({ user, address }) => `${user} ${address.slice('192.0.2'.length)}`)).toEqual(logins);
    if (logins.length > 0) expect(found[0]).toMatchObject(first);
  });

  it.each(samples)('$form, $file: the same, every line decoded', ({ file }) => {
    const recognizer = recognizerOf();
    const logins: Login[] = [];
    for (const { text, number } of linesOfChunk(chunkOf(file))) {
      const outcome = recognizer.recognize(text, { ...chunkOf(file), line: number });
      if (outcome?.kind === 'login') logins.push(outcome.login);
    }
    expect(scanned(file)).toEqual(logins);
  });

  it('tells that the seconds since boot are no date', () => {
    const recognizer = recognizerOf();
    createScanner(recognizer).scan(chunkOf('journalctl-short-monotonic'), () => {});
    expect(recognizer.refusals).toEqual(new Map([['a stamp without a date', 6]]));
  });

  it('are those that the page lists, and every sample is of one', () => {
    const page = readFileSync(new URL('../../man/exact.8', import.meta.url), 'utf8');
    const [, table = ''] =
      /\n\.Ss Forms of log lines\n[\s\S]*?\.Bl [^\n]*\n([\s\S]*?)\n\.El/.exec(page) ?? [];
    const listed = [...table.matchAll(/^\.It (.*)$/gm)].map(([, item]) => item);
    expect(listed).toEqual([...new Set(samples.map(({ form }) => form))]);
    const files = readdirSync(folder).map((name) => name.replace(/\.log$/, ''));
    expect(files.sort()).toEqual(samples.map(({ file }) => file).sort());
  });
});
