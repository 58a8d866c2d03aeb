import { describe, expect, it } from 'vitest';
import { lintRule } from '../../src/rule-debugger/lint.ts';
import type { Samples } from '../../src/rule-debugger/samples.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { ruleOf, sampleOf, tried, zpopd } from '../rules/rule-of.ts';
import { samples as logs } from '../rules/samples.ts';

/** Lints a stanza that has been tried on lines; a finding as `what: why: fix`. */
async function lint(stanza: readonly string[], lines: readonly string[]): Promise<string[]> {
  const rule = await ruleOf(...stanza);
  const { samples } = await tried([rule], sampleOf(lines));
  return lintRule(rule, samples.matchedBy(rule), lines.length > 0).map(
    ({ isWarning, what, why, advice }) => `${isWarning ? 'warn' : 'note'}: ${what}: ${why}: ${advice}`,
  );
}

const sound = '^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$';

describe('I13 lintRule()', () => {
  it.each<{ name: string; stanza: readonly string[]; lines?: readonly string[]; want: readonly string[] }>([
    { name: 'a sound rule', stanza: ['program zpopd', `match ${sound}`], want: [] },
    {
      name: 'no anchors',
      stanza: ['program zpopd', 'match OK u="(?<user>[^"]*)" peer=%{PEER}'],
      want: [
        "warn: not anchored: ^: 'OK u=\"' may stand anywhere: anchor it with ^",
        'warn: not anchored: $: text may follow the address: anchor it with $',
      ],
    },
    {
      name: "no anchors in the original's form",
      stanza: ['order user host', 'match login ok ([^ ]*) from ([0-9.]+)'],
      lines: ['Nov 29 19:04:26 mx zpopd[811]: (x) 5. login ok alice from 192.0.2.10, tls'],
      want: [
        'warn: no program: a line of any program is taken for a login: name it: program zpopd',
        "warn: not anchored: ^: 'login ok ' may stand anywhere: anchor it with ^",
        'warn: not anchored: $: text may follow the address: anchor it with $',
        'warn: no bound: a line of any length is taken for a login: say how long each part may be: ([^ ]{1,255}), [^ ]{1,80}',
      ],
    },
    {
      name: 'no anchors, no sample',
      stanza: ['program zpopd', 'match OK u="(?<user>[^"]*)" peer=%{PEER}'],
      lines: [],
      want: [
        "warn: not anchored: ^: 'OK u=\"' may stand anywhere: anchor it with ^",
        'warn: not anchored: $: text may follow the address: anchor it with $',
      ],
    },
    {
      name: 'text after the user',
      stanza: ['program d', 'match ^login from %{ADDRESS} by %{USER}'],
      lines: [],
      want: ['warn: not anchored: $: text may follow the user: anchor it with $'],
    },
    {
      name: 'no program',
      stanza: [`match ${sound}`],
      want: ['warn: no program: a line of any program is taken for a login: name it: program zpopd'],
    },
    {
      name: 'every program',
      stanza: ['program *', `match ${sound}`],
      lines: [],
      want: ['warn: no program: a line of any program is taken for a login: name it: program NAME'],
    },
    {
      name: 'anything before the address',
      stanza: ['program zpopd', 'match ^%{WORD}: LOGIN OK u="%{USER}".*peer=%{PEER}(?: tls)?$'],
      want: ['warn: .* before the address: a user name can fill it: write what stands there'],
    },
    {
      name: 'not what a mark ends, nor the user, but that it has no end',
      stanza: ['program zpopd', 'match ^%{WORD}: [^"]*u="%{USER}" peer=%{PEER}(?: tls)?$'],
      lines: zpopd.slice(0, 2),
      want: [
        'warn: no bound: [^"]* takes a text of any length: write what stands there, or how long it may be: [^"]{0,80}',
      ],
    },
    {
      name: 'anything after the address, and in a connect line',
      stanza: [
        'program zpopd',
        'match ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}.*$',
        'connect ^peer %{ADDRESS}(?:, [^,<>]+)*$',
      ],
      lines: zpopd.slice(0, 1),
      want: [
        'note: not tried: no line here needs ^peer %{ADDRESS}(?:, [^,<>]+)*$: add lines that do',
        'warn: no bound: .* takes a text of any length: write what stands there, or how long it may be: .{0,80}',
        'warn: no bound: [^,<>]+ takes a text of any length: write what stands there, or how long it may be: [^,<>]{1,80}',
      ],
    },
    {
      name: 'what stands there for so many characters at most, words and numbers',
      stanza: [
        'program zpopd',
        'match ^%{WORD}: [^"]{0,40}u="%{USER}" peer=%{PEER}(?: tls)?$',
        'match ^%{NUMBER} \\w+ [\\w.-]+ %{USER} %{ADDRESS}(?: id=%{SESSION})?$',
      ],
      lines: [],
      want: [],
    },
    {
      name: 'guards that take lines which are whole',
      stanza: ['program zpopd', `match ${sound}`, 'unclosed ^FAIL u="', 'broken 120'],
      want: [
        'warn: unclosed, not anchored: it matches whole lines, and then the next line is no login: write the line from ^ to $, without its end',
        'warn: broken 120: a whole line may be as long, and then the next line is no login: write how long the pieces are that the logger makes',
      ],
    },
    {
      name: 'guards that take what they are meant for',
      stanza: ['program zpopd', `match ${sound}`, 'unclosed ^FAIL u="[^"]*$', 'broken 511'],
      want: [],
    },
    {
      name: 'a lazy user',
      stanza: ['program zpopd', 'match ^%{WORD}: LOGIN OK u="(?<user>.+?)" peer=%{PEER}(?: tls)?$'],
      want: ["warn: lazy user: a name that holds '\" peer=' ends there: use %{USER}"],
    },
    {
      name: 'a host name for an address',
      stanza: ['program zpopd', 'match ^%{WORD}: LOGIN OK u="%{USER}" peer=(?<address>\\S+?):\\d+(?: tls)?$'],
      want: ["warn: host name: the group 'address' takes more than an address: use %{ADDRESS} or %{PEER}"],
    },
    {
      name: 'a failure taken for a login',
      stanza: ['program zpopd', 'match ^%{WORD}: LOGIN \\w+ u="%{USER}" peer=%{PEER}(?: tls)?$'],
      want: ["warn: takes a failure: a line that it matches says 'FAIL': match text that only logins have"],
    },
    {
      name: 'no failure in the name of a user',
      stanza: ['program zpopd', `match ${sound}`],
      lines: ['Nov 22 10:04:26 mx zpopd[8]: 5f2a: LOGIN OK u="bad failed" peer=192.0.2.10:41822'],
      want: [],
    },
    {
      name: 'an expression that no line needs',
      stanza: ['program zpopd', `match ${sound}`, 'match ^AUTH u="%{USER}" peer=%{PEER}$'],
      want: ['note: not tried: no line here needs ^AUTH u="%{USER}" peer=%{PEER}$: add lines that do'],
    },
    {
      name: "EXACT 1.41's form",
      stanza: ['order user host', 'match ^([A-Za-z]+ +[0-9]+ [0-9:]+).*user=(.*) host=(.*)'],
      lines: [],
      want: [
        'warn: no program: a line of any program is taken for a login: name it: program NAME',
        'warn: .* before the address: a user name can fill it: write what stands there',
        'warn: host name: the group for the host takes more than an address: use ([0-9A-Fa-f:.]+)',
        'warn: not anchored: $: text may follow the address: anchor it with $',
        'warn: no bound: a line of any length is taken for a login: say how long each part may be: ([^ ]{1,255}), [^ ]{1,80}',
      ],
    },
    {
      name: 'longest, and an expression that takes as much',
      stanza: ['program d', 'longest 4000', 'match ^login %{USER} %{ADDRESS}$'],
      lines: [],
      want: [
        'warn: no bound: with longest 4000 a client may fill ^login %{USER} %{ADDRESS}$: say how long each part may be: (?<user>.{1,255})',
        'note: longest 4000: loggers and syslog daemons cut lines of 511 bytes or more: leave it out, unless the server itself cuts what a client wrote',
      ],
    },
    {
      name: 'longest, and an expression with bounds',
      stanza: ['program d', 'longest 4000', 'match ^login (?<user>.{1,99}) (?<address>[0-9.]{7,15})$'],
      lines: [],
      want: [
        'note: longest 4000: loggers and syslog daemons cut lines of 511 bytes or more: leave it out, unless the server itself cuts what a client wrote',
      ],
    },
  ])('$name', async ({ stanza, lines = zpopd, want }) => {
    expect(await lint(stanza, lines)).toEqual(want);
  });
});

describe('the catalog', async () => {
  const { rules } = await loadRules({ servers: ['auto'], files: [] });
  // xinetd's line is one to the rules of several servers, and told of one of them.
  const samples = new Map<string, Samples>();
  for (const name of new Set(rules.map((rule) => rule.name))) {
    const own = rules.filter((rule) => rule.name === name);
    const lines = logs.filter(({ server }) => server === name).flatMap((log) => log.lines);
    samples.set(name, (await tried(own, sampleOf(lines))).samples);
  }
  it.each(rules.map((rule) => ({ name: `${rule.name}, ${rule.versions}`, rule })))('$name', ({ rule }) => {
    const findings = lintRule(rule, samples.get(rule.name)?.matchedBy(rule) ?? [], true);
    expect(findings.map(({ what, why }) => `${what}: ${why}`)).toEqual([]);
  });
});
