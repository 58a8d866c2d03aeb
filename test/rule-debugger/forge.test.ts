import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Breach,
  type ForgeResult,
  forgeRule,
  shownBreach,
} from '../../src/rule-debugger/forge/forge.ts';
import { hostileUsers } from '../../src/rule-debugger/forge/payloads.ts';
import { type CompilePattern, loadPatterns } from '../../src/rule-debugger/pattern.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { ruleOf, sampleOf, trialOptions, tried, zpopd } from '../rules/rule-of.ts';
import { samples as logs } from '../rules/samples.ts';
import { isWhole } from '../seeds.ts';

/** Logins of an expression, and other lines, that forgeries are made of: in CI all that there are. */
const most = isWhole ? { logins: 20, others: Number.POSITIVE_INFINITY } : { logins: 3, others: 8 };

let compile: CompilePattern;
beforeAll(async () => {
  compile = await loadPatterns();
});

async function forged(rule: Rule, lines: readonly string[]): Promise<ForgeResult> {
  const { samples } = await tried([rule], sampleOf(lines));
  return forgeRule(
    rule,
    { samples: samples.loginsOf(rule), others: samples.othersOf(rule) },
    trialOptions,
    compile,
  );
}

describe('forgeRule() finds what a rule can be fooled by', () => {
  it.each<{ name: string; rule: readonly string[]; lines?: readonly string[]; kind: string; line: RegExp }>([
    {
      name: 'an address within the user name, where nothing is anchored',
      rule: ['program zpopd', 'match OK u="(?<user>[^"]*)" peer=%{PEER}'],
      kind: 'user',
      line: /LOGIN OK u="x" peer=203\.0\.113\.66:1 tls" peer=192\.0\.2\.10:41822 tls$/,
    },
    {
      name: 'a lazy user',
      rule: ['program zpopd', 'match ^%{WORD}: LOGIN OK u="(?<user>.*?)" peer=%{PEER}.*$'],
      kind: 'user',
      line: /u="x" peer=203\.0\.113\.66/,
    },
    {
      name: 'anything before the address',
      rule: ['program zpopd', 'match ^\\w+: LOGIN OK u="(?<user>[^"]*)".*?peer=%{ADDRESS}'],
      lines: ['Nov 22 10:04:26 mx zpopd[811]: 5f2a: LOGIN OK u="alice", tls, peer=192.0.2.10 done'],
      kind: 'user',
      line: /203\.0\.113\.66/,
    },
    {
      name: 'another program',
      rule: ['match ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$'],
      kind: 'program',
      line: /^Nov 22 10:04:26 mx sshd\[1\]: 5f2a: LOGIN OK u="alice" peer=203\.0\.113\.66:1 tls$/,
    },
    {
      name: 'a host name',
      rule: ['program d', 'match ^login %{USER} from (?:[A-Za-z]\\S* )?\\[?%{ADDRESS}\\]?.*$'],
      lines: ['Nov 22 10:04:26 mx d: login alice from client.example.org [192.0.2.10]'],
      kind: 'host',
      line: /from 203\.0\.113\.66 \[192\.0\.2\.10\]$/,
    },
    {
      name: 'a user name where a host name may be left out',
      rule: ['program d', 'match ^login: (?:\\S+ )?\\[%{ADDRESS}\\] %{USER} ok$'],
      lines: ['Nov 22 10:04:26 mx d: login: [192.0.2.10] bob ok'],
      kind: 'user',
      line: /login: \[192\.0\.2\.10\] \[203\.0\.113\.66\] x ok$/,
    },
    {
      name: 'a failed login, where success is not anchored',
      rule: ['program zpopd', 'match LOGIN OK u="%{USER}" peer=%{ADDRESS}:'],
      kind: 'other-line',
      line: /LOGIN FAIL u=".*LOGIN OK u="/,
    },
    {
      name: "EXACT 1.41's uw-imap rule, over the whole line",
      rule: [
        'order user host',
        'match ^([A-Za-z]{3} +[0-9]+ [0-9:]+).*Login user=([^ ]+) host=.*\\[([0-9.]+)\\].*$',
      ],
      lines: ['Nov 22 10:04:26 mx imapd[1]: Login user=alice host=client.example.org [192.0.2.10]'],
      kind: 'program',
      line: /sshd/,
    },
    {
      name: 'the connect line of a login on two lines',
      rule: ['program pd', 'connect Session from %{ADDRESS}', 'match ^Login of %{USER}$'],
      lines: [
        'Nov 22 10:04:26 mx pd[9]: Session from 192.0.2.10',
        'Nov 22 10:04:27 mx pd[9]: Login of alice',
        'Nov 22 10:04:28 mx pd[7]: Login failed for user bob',
      ],
      kind: 'other-line',
      line: /Login failed for user .*Session from 203\.0\.113\.66/,
    },
  ])('$name', async ({ rule, lines = zpopd, kind, line }) => {
    const { breaches } = await forged(await ruleOf(...rule), lines);
    const found = breaches.filter((breach) => breach.kind === kind).map((breach) => breach.line);
    expect(
      found.some((one) => line.test(one)),
      found.slice(0, 3).join('\n'),
    ).toBe(true);
  });

  it('cuts a failed login off behind its user, where nothing but what follows tells that it failed', async () => {
    const sample = [
      'Nov 22 10:04:26 mx qpd[811]: session 192.0.2.10 user="alice" result="ok"',
      'Nov 22 10:04:40 mx qpd[815]: session 192.0.2.66 user="carol" result="failed"',
    ];
    const original = await ruleOf('order host user', 'match session ([0-9.]+) user="(.*)" result="ok"$');
    const { breaches } = await forged(original, sample);
    expect(breaches.map(({ kind }) => kind)).toContain('cut-line');
    const [breach] = breaches.filter(({ kind }) => kind === 'cut-line') as [Breach];
    expect(breach.address).toBe('192.0.2.66');
    expect(shownBreach(breach)).toBe(
      'Nov 22 10:04:26 mx qpd[811]: session 192.0.2.66 user="xxx…x" result="ok"',
    );
    const bounded = await ruleOf('program qpd', 'match ^session %{ADDRESS} user="%{USER}" result="ok"$');
    expect((await forged(bounded, sample)).breaches).toEqual([]);
  });

  it('says where in the forged line the address stands', async () => {
    const rule = await ruleOf('program zpopd', 'match OK u="(?<user>[^"]*)" peer=%{PEER}');
    const [breach] = (await forged(rule, zpopd)).breaches;
    expect(breach?.address).toBe('203.0.113.66');
    expect(breach?.line.slice(breach.span?.start, breach.span?.end)).toBe('203.0.113.66');
  });

  it('works on lines that are ahead of the clock, as pasted ones may be', async () => {
    const rule = await ruleOf('match ^login %{USER} %{ADDRESS}$');
    const context = { source: 'test', line: 1, isNew: false, writtenBefore: 0 };
    const sample = sampleOf(['2030-01-01T00:00:00Z mx d: login bob 192.0.2.1'], { context });
    const { samples } = await tried([rule], sample);
    const { breaches } = forgeRule(
      rule,
      { samples: samples.loginsOf(rule), others: [] },
      trialOptions,
      compile,
    );
    expect(breaches.length).toBeGreaterThan(0);
  });

  it('takes no true address for a forged one', async () => {
    const rule = await ruleOf('program zpopd', 'match ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$');
    const { tried, breaches } = await forged(rule, zpopd);
    expect(breaches).toEqual([]);
    expect(tried).toBeGreaterThan(100);
  });

  it('tries names at which some readers would end the line, and the next would be forged', () => {
    const message = 'login bob 192.0.2.1';
    const envelope = 'Nov 22 10:04:26 mx d: ';
    const genuine = { message, envelope, user: { start: 6, end: 9 }, address: { start: 10, end: 19 } };
    const names = hostileUsers(genuine, [], '203.0.113.66');
    for (const separator of ['\u2028', '\u2029', '\r', '\u0085', '\v', '\f', '\0']) {
      expect(names).toContain(`x${separator}${envelope}login bob 203.0.113.66`);
    }
  });

  it('has nothing to forge from where nothing matched', async () => {
    const rule = await ruleOf('program other', 'match ^%{USER} %{ADDRESS}$');
    expect(await forged(rule, zpopd)).toMatchObject({ tried: 0, breaches: [] });
  });
});

describe('every rule of the catalog withstands forged lines', async () => {
  const { rules } = await loadRules({ servers: ['auto'], files: [] });
  const { samples } = await tried(
    rules,
    logs.flatMap(({ lines }) => sampleOf(lines)),
    0,
  );

  it.each(rules.map((rule) => ({ name: `${rule.name}, ${rule.versions}`, rule })))(
    '$name',
    ({ rule }) => {
      const all = samples.loginsOf(rule);
      const logins = rule.match.flatMap((expression) =>
        all.filter((login) => login.expression === expression).slice(0, most.logins),
      );
      expect(logins.length).toBeGreaterThan(0);
      const { breaches } = forgeRule(
        rule,
        { samples: logins, others: samples.othersOf(rule).slice(0, most.others) },
        trialOptions,
        compile,
      );
      expect(breaches.slice(0, 3)).toEqual([]);
    },
    120_000,
  );
});
