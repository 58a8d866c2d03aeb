/** The command lines of EXAMPLES in every page, run on a small mail host: each answers what the page asks. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { dovecotLogin, MailHost, runExact } from '../commands/run-exact.ts';
import { exactLines } from './command-lines.ts';
import { pageNames, readPage, shownLines } from './mdoc.ts';

/** What an example comes to. */
interface Answer {
  readonly says: RegExp;
  /** Commands that make the host what the example asks about. */
  readonly after?: readonly string[];
  /** What is in the map then. */
  readonly map?: RegExp;
}

const silent = /^$/;
const published = /^198\.51\.100\.7\n198\.51\.100\.23\n/;
const afterUpdate = ['exact update'];

const answers: Readonly<Record<string, Answer>> = {
  'exact update': { says: silent, map: published },
  'exact update -v': { says: /^added +198\.51\.100\.7 +alice/m, map: published },
  'exact update --dry-run': { says: /^added +198\.51\.100\.7 +alice/m },
  'exact update --permit 198.51.100.7 --user alice --for 2h': {
    says: /198\.51\.100\.7/,
    map: /^198\.51\.100\.7$/m,
  },
  'exact update --state /tmp/past --now 2026-11-22T10:30:00Z --dry-run': {
    says: /^added +198\.51\.100\.7 +alice/m,
  },
  'exact parse --since 3m --json | ssh mx exact update --logins -': { says: silent, map: published },
  'exact dump': { says: /^198\.51\.100\.23 +alice/m, after: afterUpdate },
  'exact dump 198.51.100.23': { says: /^198\.51\.100\.23: yes: alice/m, after: afterUpdate },
  'exact dump -q 198.51.100.23': { says: silent, after: afterUpdate },
  "exact dump --tsv --user '*@example.org' | cut -f1": { says: /^198\.51\.100\.40\n$/, after: afterUpdate },
  'exact dump --by-user --limit 3': { says: /^alice +2 /m, after: afterUpdate },
  'exact dump --denied --since 1h': { says: /203\.0\.113\.9 .*no login from it/, after: afterUpdate },
  'exact dump --maps': { says: /^text .*: agrees, 3 addresses/m, after: afterUpdate },
  'exact expire': { says: silent, after: afterUpdate, map: published },
  'exact expire 198.51.100.7': {
    says: /^revoked .*198\.51\.100\.7/,
    after: afterUpdate,
    map: /^198\.51\.100\.23\n/,
  },
  'exact expire --user alice --for 24h': {
    says: /^revoked 2 addresses of alice/,
    after: afterUpdate,
    map: /^198\.51\.100\.40\n$/,
  },
  'exact expire --undo 203.0.113.0/24': {
    says: /203\.0\.113\.0\/24/,
    after: ['exact expire 203.0.113.0/24 --for 2h'],
  },
  'exact parse /var/log/mail.log*': { says: /^(?:\S+\t\S+\t\S+\tdovecot\n){4}$/ },
  'exact parse --since 7d | cut -f3 | sort -u': { says: /^alice\nbob@example\.org\n$/ },
  'exact parse --year 2024 old/mail.log-2024*.gz | cut -c1-7 | uniq -c': { says: /^ +1 2024-03\n$/ },
  'exact test-rule /var/log/mail.log': { says: /^5 lines, 3 logins/m },
  "exact test-rule --program zpopd --match '^OK %{USER} %{PEER}$' log": { says: /^1 line, 1 login/m },
  'exact test-rule --server dovecot --since 1d': { says: /, 3 logins/m },
  'exact test-rule --unmatched --since 1d >sample.log': {
    says: /^\S+ mx zpopd\[1\]: OK u="carol" peer=192\.0\.2\.9\n$/,
  },
  'exact test-rule --line "$(grep alice /var/log/mail.log | tail -1)"': { says: /^1 line, 1 login/m },
  'exact test-rule --serverdefs own.conf --forge /var/log/mail.log': { says: /none gives another address/ },
};

/** Lines that are no call of `exact`, or are run with the real program or a real MTA. */
const heldElsewhere: Readonly<Record<string, string>> = {
  '1 alice 192.0.2.10': 'test/man/displays.test.ts',
  '3 -': 'test/man/displays.test.ts',
  'exact parse --follow | grep -w alice': 'test/man/live-examples.test.ts',
  'exact parse --follow /run/mail.fifo | exact update --logins -': 'test/man/live-examples.test.ts',
  // The 'Five minutes' of README.md, which that test pastes, have it.
  'exact update --check': 'test/servers/readme.test.ts',
  'exact dump --hosts': 'test/servers/pgsql-cluster.all.test.ts',
  'exact dump --shared --user alice': 'test/servers/pgsql-cluster.all.test.ts',
  'exact update --check --as 198.51.100.23': 'test/servers/check-as.all.test.ts',
};

const now = '2026-11-22T10:12:00Z';
const minutes = (minute: string) => `2026-11-22T10:${minute}:00Z`;

/** A host whose log has three logins, a line of a server that no rule knows, and a refusal of Postfix. */
class ExampleHost extends MailHost {
  readonly #places: Readonly<Record<string, readonly string[]>> = {
    '/var/log/mail.log': [this.log],
    '/var/log/mail.log*': [this.log, `${this.log}.1`],
    'old/mail.log-2024*.gz': [join(this.folder, 'mail.log-20240301.gz')],
    '/tmp/past': [join(this.folder, 'replay')],
    log: [join(this.folder, 'log')],
    'own.conf': [join(this.folder, 'own.conf')],
  };

  constructor() {
    super('state state');
    const refused =
      'NOQUEUE: reject: RCPT from unknown[203.0.113.9]: 554 5.7.1 <a@remote.example>: Relay access denied; from=<eve@example.org> to=<a@remote.example> proto=ESMTP helo=<pc>';
    const files = {
      'mail.log': [
        dovecotLogin(minutes('10'), 'alice', '198.51.100.7'),
        dovecotLogin(minutes('11'), 'alice', '198.51.100.23'),
        dovecotLogin(minutes('11'), 'bob@example.org', '198.51.100.40'),
        `${minutes('11')} mx zpopd[1]: OK u="carol" peer=192.0.2.9\n`,
        `${minutes('11')} mx postfix/smtpd[9]: ${refused}\n`,
      ].join(''),
      'mail.log.1': dovecotLogin('2026-11-21T10:00:00Z', 'alice', '198.51.100.7'),
      'mail.log-20240301.gz': gzipSync(
        'Mar  1 10:00:00 mx dovecot: imap-login: Login: user=<alice>, method=PLAIN, rip=198.51.100.7, lip=192.0.2.1, mpid=7, session=<aaaa>\n',
      ),
      log: `${minutes('11')} mx zpopd[1]: OK carol 192.0.2.9\n`,
      'own.conf': '<server zpopd>\n program zpopd\n match ^OK u="%{USER}" peer=%{PEER}$\n</server>\n',
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(this.folder, name), content);
  }

  /** Runs a line as a shell would: `exact` as this host has it, other programs as they are. */
  async paste(line: string): Promise<{ status: number; stdout: string; stderr: string }> {
    const shell = (command: string, input: string) =>
      spawnSync('sh', ['-c', command.replaceAll('/var/log/mail.log', this.log)], { input, encoding: 'utf8' })
        .stdout;
    const expanded = line.replace(/"\$\((.*?)\)"/g, (_all, command) => `'${shell(command, '').trimEnd()}'`);
    let ran = { status: 0, stdout: '', stderr: '' };
    for (const stage of expanded.split(' | ')) {
      const [words] = exactLines(stage);
      if (words === undefined) {
        ran = { ...ran, stdout: shell(stage, ran.stdout) };
        continue;
      }
      const placed = words.flatMap((word) => this.#places[word] ?? [word]);
      const env = { EXACT_CONFIG: this.config };
      ran = await runExact(placed, { env, now, stdin: ran.stdout });
      expect(ran.status).toBe(0);
    }
    return ran;
  }
}

const shown = new Set(pageNames.flatMap((name) => shownLines(readPage(name))));

it('has an answer for every line that a page shows, and for no other', () => {
  expect([...shown].sort()).toEqual([...Object.keys(answers), ...Object.keys(heldElsewhere)].sort());
});

it.each(Object.entries(answers))('%s', async (line, { says, after = [], map }) => {
  const host = new ExampleHost();
  for (const before of after) await host.paste(before);
  const { stdout, stderr } = await host.paste(line);
  expect(stderr).toBe('');
  expect(stdout).toMatch(says);
  if (map !== undefined) expect(readFileSync(host.relay, 'utf8')).toMatch(map);
});
