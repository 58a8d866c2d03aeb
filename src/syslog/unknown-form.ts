/** What a line in no known form looks like: a small table of tell-tales, for people. Nothing is decided by it. */

/** What a line looks like, and what can be done about it. */
export interface Likeness {
  /** To follow `looks like `. */
  readonly name: string;
  readonly fix: string;
}

const ofJournalctl =
  'print it with journalctl --output=short-iso, or read the journal itself (maillog journal:)';
const ownLog =
  "let the server log to syslog, or write a rule for its own form, see 'original' in exact-servers.conf(5)";
const stamped = 'have the program that writes the line put an RFC 3339 stamp and a tag before it';

/** The first row that fits serves. Sources: journalctl(1), the servers' own documentation, RFC 5424, GELF 1.1, CEF. */
const tellTales: readonly (Likeness & { readonly begins: RegExp })[] = [
  {
    name: "a file of systemd's journal",
    begins: /^LPKSHHRH/,
    fix: "have Exact read the journal: 'maillog journal:'",
  },
  {
    name: 'journalctl --output=verbose',
    begins: /^[A-Z][a-z]{2} \d{4}-\d\d-\d\d [\d:.]+ \S+ \[s=[\da-f]+;|^ {4}[A-Z_\d]+=/,
    fix: ofJournalctl,
  },
  { name: 'journalctl --output=json-pretty', begins: /^\{$|^\t"[A-Z_\d]+" : /, fix: ofJournalctl },
  {
    name: 'what Dovecot says without an envelope (journalctl --output=cat, multilog without t, docker logs without -t)',
    begins:
      /^(?:(?:imap|pop3|managesieve|submission)-login|imap|pop3|lmtp|lda|auth|auth-worker|master|config|anvil|log|stats)(?:\([^)]*\))?(?:<[^>]*>)*: /,
    fix: ofJournalctl,
  },
  {
    name: 'what Courier says without an envelope (journalctl --output=cat, multilog without t)',
    begins: /^(?:LOGIN|LOGOUT|DISCONNECTED|TIMEOUT|LOGIN FAILED|Connection), (?:user=|method=|ip=)/,
    fix: ofJournalctl,
  },
  {
    name: 'what Cyrus says without an envelope (journalctl --output=cat)',
    begins: /^(?:login|badlogin|starttls|accepted connection|USAGE)\b.*(?:\[[\da-fA-F.:]+\]|User logged in)/,
    fix: ofJournalctl,
  },
  {
    name: 'what popa3d says without an envelope (journalctl --output=cat)',
    begins: /^(?:Session from [\da-fA-F.:]+|Authentication (?:passed|failed) for )/,
    fix: ofJournalctl,
  },
  { name: 'a JSON line of Graylog (GELF)', begins: /^\{.*"short_message"\s*:/, fix: stamped },
  {
    name: 'a JSON line of no collector that is known',
    begins: /^\{\s*"/,
    fix: 'let the collector write message, program, host and time into fields, see exact(8)',
  },
  { name: 'logfmt', begins: /^(?:time|ts|t|level|lvl|msg)=\S/, fix: stamped },
  { name: 'CEF', begins: /^CEF:\d/, fix: stamped },
  {
    name: "hMailServer's own log",
    begins: /^"(?:IMAPD|POP3D|SMTPD|TCPIP|APPLICATION|DEBUG)"\t/,
    fix: ownLog,
  },
  {
    name: "MailEnable's own log",
    begins: /^\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d\t(?:POP|IMAP|SMTP)/,
    fix: ownLog,
  },
  { name: "Axigen's own log", begins: /^\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} \d\d \S+ \S+:/, fix: ownLog },
  {
    name: "Kerio's own log, or a web server's",
    begins: /^\[\d{1,2}\/[A-Z][a-z]{2}\/\d{4}[: ]|^\S+ \S+ \S+ \[\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:/,
    fix: ownLog,
  },
  { name: 'the log of a Java server', begins: /^(?:TRACE|DEBUG|INFO|WARN|ERROR) +[\d[(]/, fix: ownLog },
  {
    name: 'RFC 5424 without its priority',
    begins: /^1 \d{4}-\d\d-\d\dT/,
    fix: 'write the line as it was sent, with <PRI> before the 1 (RSYSLOG_SyslogProtocol23Format)',
  },
  {
    name: 'seconds since 1970 for a stamp',
    begins: /^\[?\d{9,10}(?:[.,]\d+)?\]?[ \t]/,
    fix: stamped,
  },
  {
    name: "another country's order of day, month and year",
    begins: /^\[?\d{1,2}[ ./-](?:\d{1,2}|[A-Z][a-z]{2})[ ./-]\d{2,4}[ T,]+\d\d[:.]\d\d/,
    fix: stamped,
  },
  {
    name: 'lines of a syslog daemon whose template leaves the tag out',
    begins: /^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)/,
    fix: "take the daemon's usual template (RSYSLOG_FileFormat, RSYSLOG_TraditionalFileFormat)",
  },
];

/** Returns what a line looks like that {@link parseEnvelope} knows no form of; undefined where nothing tells. */
export function likenessOf(line: string): Likeness | undefined {
  return tellTales.find(({ begins }) => begins.test(line));
}
