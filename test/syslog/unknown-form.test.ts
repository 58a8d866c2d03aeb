/** What lines in no known form look like, and how far they got; each row of the table of tell-tales is needed. */
import { describe, expect, it } from 'vitest';
import { parseEnvelope } from '../../src/syslog/envelope.ts';
import { envelopeReach } from '../../src/syslog/envelope-reach.ts';
import { FormCount } from '../../src/syslog/form-count.ts';
import { likenessOf } from '../../src/syslog/unknown-form.ts';

const message = 'imap-login: Login: user=<alice>, method=PLAIN, rip=192.0.2.10, lip=192.0.2.1, mpid=71';

describe('likenessOf()', () => {
  it.each([
    ['LPKSHHRH\0\0', "systemd's journal"],
    ['Sun 2026-11-22 10:04:26.007951 UTC [s=5f2a;i=2e;b=77;m=4a;t=6442;x=1]', '--output=verbose'],
    ['    MESSAGE=imap-login: Login', '--output=verbose'],
    ['{', 'json-pretty'],
    ['\t"MESSAGE" : "imap-login: Login",', 'json-pretty'],
    [message, 'Dovecot says without an envelope (journalctl --output=cat'],
    ['imap(alice)<71><x>: Disconnected: Logged out', 'Dovecot'],
    ['LOGIN, user=alice, ip=[::ffff:192.0.2.10], port=[4711], protocol=IMAP', 'Courier'],
    ['login: client.example [192.0.2.10] alice plaintext User logged in', 'Cyrus'],
    ['Session from 192.0.2.10', 'popa3d'],
    ['Authentication passed for alice', 'popa3d'],
    ['{"version":"1.1","host":"mx","short_message":"imap-login: Login"}', 'GELF'],
    ['{"text":"imap-login: Login"}', 'no collector that is known'],
    ['time="2026-11-22T10:04:26Z" level=info msg="login"', 'logfmt'],
    ['CEF:0|Security|mail|1.0|100|login|3|src=192.0.2.10', 'CEF'],
    ['"POP3D"\t4711\t12\t"2026-11-22 10:04:26.100"\t"192.0.2.10"\t"RECEIVED: USER alice"', 'hMailServer'],
    ['11/22/26 10:04:26\tPOP-IN\tF0.MAI\t812\t192.0.2.10\tUSER\talice', 'MailEnable'],
    ['11-22 10:04:26 +0000 08 mx IMAP:000001: login ok', 'Axigen'],
    ['[22/Nov/2026 10:04:26] IMAP: User alice logged in from 192.0.2.10', 'Kerio'],
    ['192.0.2.10 - alice [22/Nov/2026:10:04:26 +0000] "GET / HTTP/1.1" 200 1', "a web server's"],
    ['INFO  10:04:26,100 | james.imapserver | login', 'Java'],
    ['1 2026-11-22T10:04:26Z mx dovecot 811', 'RFC 5424 without its priority'],
    ['1795342234 mx login of alice', 'seconds since 1970'],
    ['22.11.2026 10:04:26 mx login of alice', 'order of day'],
    ['22 Nov 2026 10:04:26 mx login of alice', 'order of day'],
    ['Nov 22 10:04:26 mx Login of alice', 'leaves the tag out'],
    ['2026-11-22T10:04:26Z mx Login of alice', 'leaves the tag out'],
  ])('knows %s', (line, name) => {
    expect(parseEnvelope(line)).toBeUndefined();
    expect(likenessOf(line)?.name).toContain(name);
    expect(likenessOf(line)?.fix).not.toBe('');
  });

  it('says nothing where nothing tells', () => {
    expect(likenessOf('alice came by')).toBeUndefined();
  });
});

describe('envelopeReach()', () => {
  it.each([
    [message, 0, /^a stamp/],
    ['Nov 22 10:04 mx dovecot: Login', 12, /^a stamp/],
    ['<22>2026-11-22 mx dovecot: Login', 14, /^a stamp/],
    ['Nov 22 10:04:26 ~ dovecot: Login', 16, /^host and program/],
    ['Nov 22 10:04:26 mx Login of alice', 24, /^a colon/],
    ['Nov 22 10:04:26 mx (dovecot) alice', 19, /^a program/],
  ])('of %s is %i', (line, at, wanted) => {
    expect(envelopeReach(line)).toMatchObject({ at, wanted: expect.stringMatching(wanted) });
  });
});

describe('FormCount', () => {
  const countOf = (...lines: string[]) => {
    const count = new FormCount();
    for (const line of lines) count.take(line);
    return count;
  };

  it('gives the line that looks like something, where most are in no form', () => {
    expect(countOf('x', message, 'Nov 22 10:04:26 mx dovecot: up').mostAre?.text).toBe(message);
    expect(countOf('x').mostAre).toEqual({ text: 'x' });
  });

  it('gives none where as many are in one, or lines are the rest of others', () => {
    expect(countOf('x', 'Nov 22 10:04:26 mx dovecot: up').mostAre).toBeUndefined();
    expect(
      countOf('  at x', '', '-- Boot 5f2a --', 'Nov 22 10:04:26 mx dovecot: up').mostAre,
    ).toBeUndefined();
  });
});
