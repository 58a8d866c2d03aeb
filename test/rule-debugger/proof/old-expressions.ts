/**
 * Expressions that the catalog once had, when no message was too long for a login, and what each of them took for one. What
 * was found and is no matter of an expression stands elsewhere:
 *
 * - a piece behind `INFO: `: test/rules/catalog-attacks.test.ts; one that comes late: test/recognize/recognizer.test.ts, "a
 *   line that the logger broke"; those of a real Courier: test/servers/courier-pieces.all.test.ts;
 * - a session of Courier refreshed by such a piece: test/commands/sessions.test.ts;
 * - nginx on standard error, and others: test/recognize/printed.test.ts, and in a file test/syslog/envelope.test.ts;
 * - an account's client that chooses a second address in Dovecot's line: src/servers/dovecot/2.3-sni.log;
 * - what a raw line end leaves: test/recognize/unclosed-line.test.ts, and of a real Perdition
 *   and syslog-ng test/servers/raw-line-ends.all.test.ts.
 */

/** A finding: an expression, and the line of a server that it took. */
export interface OldExpression {
  readonly finding: string;
  readonly source: string;
  /** Name of the server whose line it is, and of its shape. */
  readonly of: string;
  readonly takes: string;
}

/** Every finding that the proof is held by. */
export const oldExpressions: readonly OldExpression[] = [
  {
    finding: 'a name without end, uw-imap',
    source: String.raw`^Login user=%{USER} host=(?:[\w.-]+ )?\[%{ADDRESS}\]$`,
    of: 'courier',
    takes: 'piece',
  },
  {
    finding: 'a name without end, uw-imap, authenticated',
    source: String.raw`^Authenticated user=%{USER} host=(?:[\w.-]+ )?\[%{ADDRESS}\](?: mech=[\w-]+)?$`,
    of: 'courier',
    takes: 'piece',
  },
  {
    finding: 'a name without end, cyrus',
    source: String.raw`^login: (?:[^\s\[\]]+ )?\[%{ADDRESS}\] (?<user>(?:[^\]]|\]\S)+\]?) [\w-]+(?:\+TLS)? User logged in(?: SESSIONID=<[^<>\s]+>)?$`,
    of: 'courier',
    takes: 'piece',
  },
  {
    finding: 'session_id without end, cyrus',
    source: String.raw`^event=login\.good(?: (?:session_id|r\.sessionid|r\.tid)=[^\s"]+)* r\.clienthost="?(?:[^\s"\[\]\\]+ )?\[?%{ADDRESS}\]?"? u\.username="?(?<user>(?:[^"\\]|\\.)+)"? login\.mech=[\w-]+ login\.tls=[01](?: (?:login\.magic|pop\.subfolder)=(?:[^\s"]+|"(?:[^"\\]|\\.)*"))?(?: login\.nopassword=1)?$`,
    of: 'courier',
    takes: 'piece',
  },
  {
    finding: 'a connect line without end, courier',
    source: String.raw`^(?:IMAP connect from @ \[[0-9A-Fa-f:.]+\])?(?:INFO: )?LOGIN, user=(?<session>(?<user>.{1,255}), ip=\[%{ADDRESS}\](?:, port=\[\d{0,5}\])?)(?:, protocol=[\w-]{1,10})?(?:, \w{0,10}tls=\d)?$`,
    of: 'courier',
    takes: 'piece',
  },
  {
    finding: 'a login line over pop3d, mailutils',
    source: String.raw`^(?:(?<session>[\w+/]{6,16}) )?POP3 login: user ${'`'}%{USER}', source [\w-]+$`,
    of: 'courier',
    takes: 'piece',
  },
  {
    finding: 'bounds in characters, perdition',
    source: String.raw`^Auth: %{PEER}->\S+ client-secure=\w+ authorisation_id=(?:NONE|"[^"]{0,128}") authentication_id="(?<user>[^"]{1,128}|.{1,128})"(?: passwd="[^"]{0,128}")? server="[^"]{0,255}" protocol=(?:POP3|IMAP4)S? server-secure=\w{1,10} status="ok"$`,
    of: 'perdition',
    takes: 'failed login, cut off',
  },
  {
    finding: 'a line that begins with any name, cucipop',
    source: String.raw`^%{USER} %{ADDRESS} \d+, \d+ \(\d+\), \d+ \(\d+\)$`,
    of: 'cucipop',
    takes: 'invalid command',
  },
  {
    finding: 'a number without end, vm-pop3d',
    source: String.raw`^(?:APOP )?User '(?<user>.{1,255})' logged in from %{ADDRESS}(?:, nmsgs=\d+)?$`,
    of: 'vm-pop3d',
    takes: 'failed login, cut off',
  },
  {
    finding: "a client's ID broken in pieces, uw-imap",
    source: String.raw`^Login user=%{USER} host=(?:[\w.-]+ )?\[%{ADDRESS}\]$`,
    of: 'courier',
    takes: "rest of a client's ID",
  },
  {
    finding: 'a connect line by any process, mailutils',
    source: String.raw`^(?<session>[\w+/]{6,16}) %{ADDRESS}$`,
    of: 'mailutils',
    takes: 'piece of a long failed login, IMAP',
  },
  {
    finding: 'a login line of its own, mailutils',
    source: String.raw`^(?:(?<session>[\w+/]{6,16}) )?user ${'`'}%{USER}' logged in \(source: [\w-]+\)$`,
    of: 'mailutils',
    takes: 'piece of a long failed login, IMAP',
  },
  {
    finding: 'a name without end, uw-imap, over POP3',
    source: String.raw`^(?:(?:Admin )?Login|Auth|Authenticated|APOP) user=%{USER} host=(?:[\w.-]+ )?\[%{ADDRESS}\](?: nmsgs=\d+/\d+| no mailbox)?$`,
    of: 'courier',
    takes: 'piece',
  },
  {
    finding: "a client's ID broken in pieces, courier",
    source: String.raw`^(?:IMAP connect from @ \[[0-9A-Fa-f:.]+\])?(?:INFO: )?LOGIN, user=(?<session>(?<user>.{1,255}), ip=\[%{ADDRESS}\](?:, port=\[\d{0,5}\])?)(?:, protocol=[\w-]{1,10})?(?:, \w{0,10}tls=\d)?$`,
    of: 'courier',
    takes: "rest of a client's ID",
  },
  {
    finding: "a user's own configuration, solid-pop3d",
    source: String.raw`^user (?<user>.{1,255}) authenticated(?: through APOP)? - (?:\S+ \()?%{ADDRESS}\)?$`,
    of: 'solid-pop3d',
    takes: "user's own configuration",
  },
  {
    finding: 'words of a proxied server, uw-imap',
    source: String.raw`^(?:(?:Admin )?Login|Auth|Authenticated|APOP) user=%{USER} host=(?:[\w.-]+ )?\[%{ADDRESS}\](?: nmsgs=\d+/\d+| no mailbox)?$`,
    of: 'uw-imap',
    takes: 'words of the proxied server',
  },
];
