/** What exact(8) lists as beyond any reader of logs, and that update --check tells each of it where it applies. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cautionFindings, knownCautions, unheededCautions } from '../../src/check/cautions.ts';
import { Day } from '../../src/check/day.ts';
import { checkRules } from '../../src/check/rules.ts';
import { checkLosses, checkSyslog } from '../../src/check/syslog/check.ts';
import { Samples } from '../../src/rule-debugger/samples.ts';
import { createTrial } from '../../src/rule-debugger/trial.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { preparedCatalog } from '../../src/rules/prepared-catalog.ts';
import { lossCauses } from '../../src/syslog/dropped-lines.ts';
import { settingsOf } from '../config/host.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const now = Date.parse('2026-11-22T10:10:00Z') / 1000;

/** What tells of an item: how it begins, and the server that it is about with a file that has it, or the syslog daemon. */
const told = [
  {
    item: 'A Dovecot proxy with',
    server: 'dovecot',
    file: 'dovecot/dovecot.conf',
    has: 'auth_username_chars =',
    says: 'auth_username_chars',
  },
  {
    item: 'A server that takes',
    server: 'dovecot',
    file: 'dovecot/dovecot.conf',
    has: 'login_trusted_networks = x',
    says: 'login_trusted_networks',
  },
  {
    item: 'Dovecot with',
    server: 'dovecot',
    file: 'dovecot/dovecot.conf',
    has: 'imap_id_log = *',
    says: 'imap_id_log',
  },
  {
    item: 'Dovecot 2.3 with',
    server: 'dovecot',
    file: 'dovecot/conf.d/10-logging.conf',
    has: 'login_log_format_elements = user=<%u> method=%m from=%r sni=<%{local_name}>',
    says: 'local_name',
  },
  {
    item: 'GNU Mailutils with',
    server: 'mailutils',
    file: 'mailutils.conf',
    has: 'transcript yes;',
    says: 'transcript',
  },
  {
    item: 'nginx as a mail proxy,',
    server: 'nginx',
    file: 'nginx/nginx.conf',
    has: 'mail {',
    says: 'through syslog',
  },
  {
    item: 'nginx as a mail proxy,',
    server: 'perdition',
    file: 'perdition/perdition.conf',
    has: 'log_facility /var/log/perdition.log',
    says: 'of its own',
  },
  {
    item: 'nginx as a mail proxy,',
    server: 'mailutils',
    file: 'mailutils.conf',
    has: 'logging { syslog no; };',
    says: 'standard error',
  },
  {
    item: 'nginx as a mail proxy,',
    server: 'dbmail',
    file: 'dbmail/dbmail.conf',
    has: 'file_logging_levels = 31',
    says: 'of its own',
  },
  { item: 'A syslog daemon that writes', kind: 'line end' },
  { item: 'A host that collects', kind: 'rest' },
  { item: 'A syslog daemon that has', kind: 'cut' },
  { item: 'A syslog daemon or', kind: 'loss' },
  {
    item: 'GNU Mailutils without',
    server: 'mailutils',
    file: 'mailutils.conf',
    has: '',
    says: 'fixed password',
  },
  { item: 'Hosts or containers that', kind: 'joined' },
  { item: "Zimbra's mailbox server", server: 'zimbra', file: 'none', has: '', says: 'mailbox server' },
  { item: "UW's ipop3d,", server: 'uw-imap', file: 'none', has: '', says: 'DISABLE_POP_PROXY' },
  {
    item: "Courier's logger",
    server: 'courier',
    file: 'rsyslog.conf',
    has: 'module(load="imjournal")',
    says: '(imjournal)',
  },
  { item: "Courier's logger", server: 'courier', file: 'none', has: '', says: 'two seconds' },
  {
    item: "Courier's logger",
    server: 'courier',
    file: '../usr/lib/systemd/libsystemd-shared-239.so',
    has: '\u007fELF',
    says: 'older than 240',
  },
  {
    item: 'imap4d of GNU Mailutils',
    server: 'mailutils',
    file: 'mailutils.conf',
    has: '',
    says: 'over-long',
  },
] as const;

/** The first words of the items that stand below `Whoever can write the mail log can open the relay`. */
function listed(): string[] {
  const page = readFileSync(new URL('../../man/exact.8', import.meta.url), 'utf8');
  const [, section = ''] = page.split('.Ss Whoever can write the mail log can open the relay\n');
  const [items = ''] = section.split('\n.Ss ');
  return [...items.matchAll(/^\.It\n(.*)$/gm)].map(([, first = '']) => first);
}

function saidOf(server: string, file: string, text: string): string[] {
  const root = temporaryFolder();
  const path = join(root, 'etc', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`);
  const cautions = unheededCautions(root);
  return cautionFindings(settingsOf(''), cautions, (each) => each === server).map((finding) => finding.text);
}

const pair = `
<server pair>
  program pair
  connect ^peer %{ADDRESS}$
  connect ^peer id=%{SESSION} %{ADDRESS}$
  match ^user (?<user>\\w+)(?: id=%{SESSION})?$
</server>`;

/** What is said of the number of a process on a day with a line. */
async function saidOfLines(line: string): Promise<string[]> {
  const wanted = await loadRules({ servers: ['pair'], files: [{ path: 'f', text: pair }] });
  const options = { rules: wanted.rules, zone: () => 0, connectWindow: 120 };
  const trial = await createTrial(options, 0);
  const day = new Day({ wanted, samples: new Samples(options), trial }, 0, () => 0);
  const bytes = Buffer.from(`2026-11-22T10:04:00Z mx ${line}\n`);
  const rest = { source: 'log', firstLine: 1, isNew: true, writtenBefore: now };
  day.take({ bytes, start: 0, end: bytes.length, ...rest });
  const findings = await checkRules(settingsOf(''), day);
  return findings.map(({ text }) => text).filter((text) => text.includes('process number'));
}

describe('the limits that exact(8) lists', () => {
  it('are those that a check is named for here', () => {
    const known = [...new Set(told.map(({ item }) => item))];
    expect(listed().map((words) => known.find((item) => `${words} `.startsWith(`${item} `)))).toEqual(known);
  });

  it.each(told)('are told of: $item', async (one) => {
    if ('kind' in one && one.kind === 'joined') {
      expect(await saidOfLines('pair[7]: peer 192.0.2.1')).toContainEqual(
        expect.stringContaining('host names'),
      );
      expect(await saidOfLines('pair[7]: peer id=a 192.0.2.1')).toEqual([]);
      return;
    }
    if ('kind' in one && one.kind === 'loss') {
      expect(checkLosses(new Map(lossCauses.map((cause) => [cause, 1])))).toHaveLength(lossCauses.length);
      return;
    }
    if ('kind' in one) {
      const weakness = { kind: one.kind, where: 'f', text: 'is weak', fix: 'mend it' };
      const daemon = { name: 'x', isRunning: true, strength: '', weaknesses: [weakness] };
      expect(checkSyslog(settingsOf(''), [daemon], { known: ['q'], inUse: ['q'] })).toMatchObject([
        { subject: 'syslog', text: expect.stringMatching(/whole lines|like that of a login/) },
      ]);
      return;
    }
    if (!preparedCatalog.some(({ name }) => name === one.server)) return;
    const { server, file, has, says } = one;
    expect(saidOf(server, file, has)).toContainEqual(expect.stringContaining(says));
    if (has !== '') expect(saidOf(server, file, '')).not.toContainEqual(expect.stringContaining(says));
  });

  it('tell of every server whose lines are not believed where it prints them', () => {
    const { lineEnds } = knownCautions();
    const printing = preparedCatalog.filter((rule) => rule.printsLineEnds).map(({ name }) => name);
    expect(printing.filter((name) => !lineEnds.includes(name))).toEqual([]);
  });

  it('tell of every server whose rules know of lines without their end', () => {
    const { lineEnds, cautions } = knownCautions();
    const known = new Set([...lineEnds, ...cautions.map(({ server }) => server)]);
    const unclosed = preparedCatalog.filter((rule) => rule.unclosed.length > 0).map(({ name }) => name);
    expect(unclosed.filter((name) => !known.has(name))).toEqual([]);
  });
});
