/** Every fix that test-rule prints is pasted, until nothing is left to mend: the right logins, and no failure. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MailHost } from '../commands/run-exact.ts';

/** Logins, and what is none: of a server with ports and brackets, of one that names the host, and of one with names of its own. */
const zpopd = {
  program: 'zpopd',
  log: [
    'Nov 22 10:04:26 mx zpopd[811]: 5f2a: LOGIN OK u="alice" peer=192.0.2.10:41822 tls',
    'Nov 22 10:04:31 mx zpopd[813]: 5f2b: LOGIN OK u="bob" peer=[2001:db8::10]:50112',
    'Nov 22 10:04:33 mx zpopd[813]: 5f2b: BYE u="bob" peer=[2001:db8::10]:50112',
    'Nov 22 10:04:40 mx zpopd[815]: 5f2c: LOGIN FAIL u="carol" peer=192.0.2.66:40001',
    'Nov 23 10:05:02 mx zpopd[816]: 5f2d: LOGIN OK u="dora" peer=192.0.2.11:41823',
    'Nov 23 10:05:09 mx postfix/smtpd[1]: connect from unknown[192.0.2.67]',
  ],
  logins: ['alice 192.0.2.10', 'bob 2001:db8::10', 'dora 192.0.2.11'],
};
const mpopd = {
  program: 'mpopd',
  log: [
    'Nov 22 10:04:26 mx mpopd[811]: login ok for alice from pc.example.net [192.0.2.10], 3 messages',
    'Nov 22 10:04:31 mx mpopd[813]: login ok for bob from dsl-9.example.org [192.0.2.11], 12 messages',
    'Nov 22 10:04:40 mx mpopd[815]: login failed for carol from pc.example.net [192.0.2.66]',
    'Dec  2 10:05:02 mx mpopd[816]: login ok for dora from pc.example.net [192.0.2.12], 0 messages',
  ],
  logins: ['alice 192.0.2.10', 'bob 192.0.2.11', 'dora 192.0.2.12'],
};

/** Nothing tells that `who=` names a user but the rule. */
const wpopd = {
  program: 'wpopd',
  log: [
    'Nov 22 10:04:26 mx wpopd[811]: login success method=plain who=alice src=192.0.2.10:41822 proto=pop3',
    'Nov 22 10:05:31 mx wpopd[813]: login success method=cram who=bob src=192.0.2.11:50112 proto=pop3',
    'Nov 22 10:05:39 mx wpopd[813]: login failure method=cram who=carol src=192.0.2.66:50112 proto=pop3',
  ],
  logins: ['alice 192.0.2.10', 'bob 192.0.2.11'],
};

const wpopdRules: Record<string, readonly string[]> = {
  'no port and no end': ['program wpopd', 'match ^login success method=%{WORD} who=%{USER} src=%{ADDRESS}'],
  'no anchors': ['program wpopd', 'match success method=%{WORD} who=%{USER} src=%{PEER}'],
};

const zpopdRules: Record<string, readonly string[]> = {
  'no anchors': ['program zpopd', 'match OK u="%{USER}" peer=%{PEER}'],
  'no anchor at the start': ['program zpopd', 'match LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$'],
  'no anchor at the end': ['program zpopd', 'match ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}'],
  'no program': ['match ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$'],
  'every program': ['program *', 'match ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$'],
  'another program': ['program popd', 'match ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$'],
  'anything before the address': ['program zpopd', 'match ^%{WORD}: LOGIN OK u="%{USER}".*peer=%{PEER}.*$'],
  'anything before the user': ['program zpopd', 'match ^.*LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$'],
  'anything after the address': ['program zpopd', 'match ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}.*$'],
  'a mark that ends it, and no bound': ['program zpopd', 'match ^[^"]*OK u="%{USER}" peer=%{PEER}(?: tls)?$'],
  'a lazy user': ['program zpopd', 'match ^%{WORD}: LOGIN OK u="(?<user>.+?)" peer=%{PEER}(?: tls)?$'],
  'a host name for an address': [
    'program zpopd',
    'match ^%{WORD}: LOGIN OK u="%{USER}" peer=(?<address>\\S+?)(?::\\d+)?(?: tls)?$',
  ],
  'an address with its port': [
    'program zpopd',
    'match ^%{WORD}: LOGIN OK u="%{USER}" peer=(?<address>\\S+)(?: tls)?$',
  ],
  'a failure for a login': ['program zpopd', 'match ^%{WORD}: LOGIN \\w+ u="%{USER}" peer=%{PEER}(?: tls)?$'],
  'whatever is said of a user': ['program zpopd', 'match ^%{WORD}: .* u="%{USER}" peer=%{PEER}(?: tls)?$'],
  'no brackets and no port': [
    'program zpopd',
    'match ^%{WORD}: LOGIN OK u="%{USER}" peer=%{ADDRESS}(?: tls)?$',
  ],
  'one line to its end': ['program zpopd', 'match ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER} tls$'],
  'the other lines to their end': ['program zpopd', 'match ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}$'],
  'another case': ['program zpopd', 'match ^%{WORD}: login ok u="%{USER}" peer=%{PEER}(?: tls)?$'],
  'the id of one line': ['program zpopd', 'match ^5f2a: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$'],
};

const mpopdRules: Record<string, readonly string[]> = {
  'no anchors': ['program mpopd', 'match ok for %{USER} from \\S+ \\[%{ADDRESS}\\]'],
  'the name of the host': ['program mpopd', 'match ^login ok for %{USER} from (?<address>\\S+) '],
  'anything before the address': ['program mpopd', 'match ^login ok for %{USER} from .*%{ADDRESS}.*$'],
  'a failure for a login': ['program mpopd', 'match ^login \\w+ for %{USER} from \\S+ \\[%{ADDRESS}\\]'],
  'one number of messages': [
    'program mpopd',
    'match ^login ok for %{USER} from \\S+ \\[%{ADDRESS}\\], 3 messages$',
  ],
  'one host': [
    'program mpopd',
    'match ^login ok for %{USER} from pc.example.net \\[%{ADDRESS}\\], %{NUMBER} messages$',
  ],
};

const originalRules: Record<string, readonly string[]> = {
  'POSIX, no anchors': ['order user host', 'match login ok for ([^ ]*) from [^ ]* .([0-9.]+)'],
  'POSIX, a group for the stamp': [
    'order user host',
    'match ^(.*) mx mpopd.*: login ok for (.*) from .* \\[(.*)\\], [0-9]* messages',
  ],
  'POSIX, anything between': ['order user host', 'match login ok for (.+) from .*\\[([0-9.]+)\\].*$'],
  'POSIX, a failure for a login': [
    'order user host',
    'match login [a-z]+ for (.+) from .*\\[([0-9.]+)\\].*$',
  ],
};

const cases = [
  ...Object.entries(zpopdRules).map(([name, stanza]) => ({ name, stanza, server: zpopd, isOriginal: false })),
  ...Object.entries(mpopdRules).map(([name, stanza]) => ({ name, stanza, server: mpopd, isOriginal: false })),
  ...Object.entries(wpopdRules).map(([name, stanza]) => ({ name, stanza, server: wpopd, isOriginal: false })),
  ...Object.entries(originalRules).map(([name, stanza]) => ({
    name,
    stanza,
    server: mpopd,
    isOriginal: true,
  })),
];

describe('the fixes of exact test-rule', () => {
  it.each(cases)(
    'mend $server.program: $name',
    async ({ stanza, server, isOriginal }) => {
      const host = new MailHost();
      mkdirSync(join(host.folder, 'x'));
      const [rules, log] = [join(host.folder, 'x/rules.conf'), join(host.folder, 'x/mail.log')];
      writeFileSync(log, `${server.log.join('\n')}\n`);
      const tried = async (lines: readonly string[]) => {
        writeFileSync(rules, `<server mine>\n${lines.join('\n')}\n</server>\n`);
        const words = ['test-rule', '--serverdefs', rules, '--server', 'mine', '--json', log];
        const { stdout } = await host.run(words, { now: '2026-12-03T00:00:00Z' });
        const objects = stdout.trimEnd().split('\n');
        return objects.map((line) => JSON.parse(line));
      };
      let lines = stanza;
      let said = await tried(lines);
      const fixes = () => said.filter(({ kind }) => kind === 'fix');
      expect(fixes()).toHaveLength(1);
      // As often as it takes; once is enough for these.
      for (const fix of fixes()) {
        const names = new Set(fix.lines.map((line: string) => line.split(' ')[0]));
        lines = [...lines.filter((line) => !names.has(line.split(' ')[0] ?? '')), ...fix.lines];
        said = await tried(lines);
        expect(said.filter(({ kind }) => kind === 'login')).toHaveLength(fix.logins);
      }
      expect(fixes()).toEqual([]);
      expect(said.filter(({ kind, isWarning }) => kind === 'lint' && isWarning)).toEqual([]);
      const logins = said.filter(({ kind }) => kind === 'login');
      expect(logins.map(({ user, address }) => `${user} ${address}`)).toEqual(server.logins);
      const text = lines.join('\n');
      expect(text.includes('order ')).toBe(isOriginal);
      if (isOriginal) expect(text).not.toMatch(/%\{|\(\?|Nov|Dec|\bmx\b/);
    },
    600_000,
  );
});
