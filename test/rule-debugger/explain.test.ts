import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/relay/address.ts';
import type { LineResult } from '../../src/rule-debugger/trial.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { ruleOf, sampleOf, tried, zpopd } from '../rules/rule-of.ts';
import { samples as logs } from '../rules/samples.ts';
import { runsOf } from '../seeds.ts';

/** Explains one line: `COLUMN: wanted WANTED, saw SAW; FIX`, of the nearest rule. */
async function explained(stanza: readonly string[], message: string): Promise<string> {
  const rule = await ruleOf(...stanza);
  const line = `Nov 22 10:04:26 mx d[1]: ${message}`;
  const [result] = (await tried([rule], sampleOf([line], { isAsked: true }))).results;
  if (result?.kind !== 'missed') return result?.kind === 'read' ? result.outcome.kind : 'passed';
  const [nearest] = result.explanations;
  if (nearest?.stop === undefined) return `matches, unmet: ${nearest?.unmet}`;
  const { at, isAnywhere, wanted, saw } = nearest.stop;
  const where = isAnywhere ? ' from here on' : '';
  return `${at + 1}: wanted ${wanted}${where}, saw ${saw}${nearest.hint === undefined ? '' : `; ${nearest.hint}`}`;
}

describe('an explanation says where an expression stopped, and why', () => {
  it.each<{ name: string; match: string; message: string; want: string }>([
    {
      name: 'fixed text',
      match: '^LOGIN OK u=%{USER} a=%{ADDRESS}$',
      message: 'LOGIN FAIL u=bob a=192.0.2.1',
      want: "7: wanted 'OK u=', saw 'FAIL'",
    },
    {
      name: 'fixed text, from the beginning of the word on',
      match: '^Logged in: u=%{USER} a=%{ADDRESS}$',
      message: 'Login: u=bob a=192.0.2.1',
      want: "4: wanted 'Logged in: u=', saw 'in: u=bob'",
    },
    {
      name: 'text that no place after the user has',
      match: '^u=<%{USER}> a=%{ADDRESS}$',
      message: 'u=<bob< a=192.0.2.1',
      want: "4: wanted '> a=' from here on, saw 'bob<'",
    },
    {
      name: 'text after the last place that fits',
      match: '^u=<%{USER}>, a=%{ADDRESS}$',
      message: 'u=<bob>; a=192.0.2.1',
      want: "8: wanted ', a=', saw '; a='",
    },
    {
      name: 'an address in brackets',
      match: '^u=%{USER} a=%{ADDRESS}:\\d+$',
      message: 'u=bob a=[2001:db8::10]:50112',
      want: "9: wanted %{ADDRESS}, saw '['; %{PEER} takes 192.0.2.10, 192.0.2.10:41822 and [2001:db8::10]:50112",
    },
    {
      name: 'a host name that begins like an address',
      match: '^u=%{USER} a=%{ADDRESS}, tls$',
      message: 'u=bob a=cafe.example.org, tls',
      want: "9: wanted %{ADDRESS}, saw 'cafe.example.org'; a host name is nobody's address; make the server log addresses",
    },
    {
      name: 'a peer',
      match: '^u=%{USER} a=%{PEER}$',
      message: 'u=bob a=-',
      want: "9: wanted %{PEER}, saw '-'",
    },
    {
      name: 'the end',
      match: '^u=%{USER} a=%{ADDRESS}$',
      message: 'u=bob a=192.0.2.1, tls',
      want: "18: wanted the end, saw ','; (?:…)? before $ takes lines with and without it",
    },
    {
      name: 'what is optional before the end',
      match: '^u=%{USER} a=%{ADDRESS}(?:, tls)?$',
      message: 'u=bob a=192.0.2.1, ssl',
      want: "18: wanted ', tls' or the end, saw ','; (?:…)? before $ takes lines with and without it",
    },
    {
      name: 'alternatives',
      match: '^(?:Login|Logged in): u=%{USER} a=%{ADDRESS}$',
      message: 'Aborted: u=bob a=192.0.2.1',
      want: "1: wanted 'Login' or 'Logged in', saw 'Aborted:'",
    },
    {
      name: 'a class as it is written',
      match: '^[a-f]\\d+ u=%{USER} a=%{ADDRESS}$',
      message: 'a- u=bob a=192.0.2.1',
      want: "2: wanted \\d+, saw '-'",
    },
    {
      name: 'a line that ends too soon',
      match: '^u=%{USER} a=%{ADDRESS}$',
      message: 'u=bob a=',
      want: '9: wanted %{ADDRESS}, saw the end',
    },
    {
      name: 'letter case',
      match: '^User=%{USER} a=%{ADDRESS}$',
      message: 'USER=bob a=192.0.2.1',
      want: "2: wanted 'User=', saw 'SER='; (?i) at the start takes both upper and lower case",
    },
    {
      name: 'nothing of an expression that is not anchored',
      match: 'u=%{USER} a=%{ADDRESS}$',
      message: 'the end',
      want: "1: wanted 'u=' from here on, saw 'the'",
    },
    {
      name: 'the nearest branch of an alternation',
      match: '^LOGIN %{USER} %{ADDRESS}$|^AUTH OK$',
      message: 'LOGIN bob mail',
      want: "11: wanted %{ADDRESS}, saw 'mail'; a host name is nobody's address; make the server log addresses",
    },
    {
      name: 'after characters beyond the BMP',
      match: '^u=%{USER}, a=%{ADDRESS}$',
      message: 'u=\u{1f600}; a=192.0.2.1',
      want: "3: wanted ', a=' from here on, saw '\u{1f600};'",
    },
    {
      name: 'nothing, where it matches',
      match: '^%{USER} %{ADDRESS}$',
      message: 'user bob 192.0.2.1',
      want: 'login',
    },
  ])('$name', async ({ match, message, want }) => {
    expect(await explained(['program d', `match ${match}`], message)).toBe(want);
  });

  it('tells that the program is another', async () => {
    expect(await explained(['program e', 'match ^%{USER} %{ADDRESS}$'], 'bob 192.0.2.1')).toBe(
      'matches, unmet: program',
    );
  });

  it("tells that the journal's fields are missing", async () => {
    const stanza = ['program d', 'journal _UID=0', 'match ^%{USER} %{ADDRESS}$'];
    expect(await explained(stanza, 'bob 192.0.2.1')).toBe('matches, unmet: journal');
  });

  it("counts the columns of the line for a rule of EXACT 1.41's form", async () => {
    const stanza = ['order user host', 'match ^([A-Za-z]+ +[0-9]+ [0-9:]+).*user=(.*) host=([0-9.]+)$'];
    expect(await explained(stanza, 'user=bob host=mail')).toBe("40: wanted [.0-9]+, saw 'mail'");
  });
});

/** Which lines come near, and the rules by nearness. */
const near = (results: readonly LineResult[]) =>
  results.map((result) =>
    result.kind === 'missed' ? result.explanations.map(({ rule }) => rule.name) : result.kind,
  );

describe('a trial', async () => {
  const { rules } = await loadRules({ servers: ['auto'], files: [] });

  it('explains lines of the right program that name a user and an address', async () => {
    const rule = await ruleOf('program zpopd', 'match ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$');
    const lines = [
      ...zpopd,
      'Nov 22 10:04:41 mx zpopd[815]: started',
      'Nov 22 10:04:41 mx cron[1]: u="x" 192.0.2.1',
    ];
    expect(near((await tried([rule], sampleOf(lines))).results)).toEqual([
      'read',
      'read',
      ['test'],
      'passed',
      'passed',
    ]);
  });

  it('explains a line that got as far as the address, though it has none', async () => {
    const rule = await ruleOf('program d', 'match ^login of %{USER} from %{ADDRESS}$');
    const lines = ['login of bob from mail.example', 'logout of bob'];
    const sample = sampleOf(lines.map((message) => `Nov 22 10:04:26 mx d: ${message}`));
    expect(near((await tried([rule], sample)).results)).toEqual([['test'], 'passed']);
  });

  it('puts the nearest rule first, those for other programs last, and leaves out the far', async () => {
    const line =
      'Nov 22 10:04:26 mx dovecot: imap-login: Login: user=<bob>, rip=client.example.org, lip=192.0.2.1';
    const [names] = near((await tried(rules, sampleOf([line], { isAsked: true }))).results);
    expect(names?.[0]).toBe('dovecot');
    expect(near((await tried(rules, sampleOf([line]))).results)[0]).toContain('dovecot');
  });

  it('counts near misses that are too many to explain', async () => {
    const rule = await ruleOf('program zpopd', 'match ^nothing %{USER} %{ADDRESS}$');
    const { results } = await tried([rule], sampleOf(Array.from({ length: 2001 }, () => zpopd[2] ?? '')));
    const counts = results.map((result) => (result.kind === 'missed' ? result.explanations.length : -1));
    expect([counts.at(0), counts.at(1999), counts.at(2000)]).toEqual([1, 1, 0]);
  });

  it('lets no sample be in the future, but a live log', async () => {
    const rule = await ruleOf('program d', 'match ^%{USER} %{ADDRESS}$');
    const line = '2027-01-01T00:00:00Z mx d: bob 192.0.2.1';
    const outcomes = [false, true].map(async (isLive) => {
      const [result] = (await tried([rule], sampleOf([line], { isLive }))).results;
      return result?.kind === 'read' && result.outcome.kind;
    });
    expect(await Promise.all(outcomes)).toEqual(['login', 'refused']);
  });

  it('reads an entry of the journal with the fields that its rule wants, and no other', async () => {
    const rule = await ruleOf('program d', 'journal _SYSTEMD_UNIT=d.service', 'match ^%{USER} %{ADDRESS}$');
    const record = {
      stamp: '2026-11-22T10:04:26.000Z',
      host: 'mx',
      program: 'd',
      pid: '7',
      message: 'user bob 192.0.2.1',
    };
    const line = '2026-11-22T10:04:26.000Z mx d[7]: user bob 192.0.2.1';
    const results = ['d.service', 'user@1000.service'].map(async (unit) => {
      const journal = { time: 1795341866, record, fields: new Map([['_SYSTEMD_UNIT', unit]]) };
      const [result] = (await tried([rule], sampleOf([line], { journal, isLive: true }))).results;
      return result?.kind === 'missed' ? result.explanations[0]?.unmet : result?.kind;
    });
    expect(await Promise.all(results)).toEqual(['read', 'journal']);
  });

  it('says where the user and the address of each login in the sample logs stand', {
    timeout: 300_000,
  }, async () => {
    for (const { name, lines } of logs.filter((log) => /trad$|documented/.test(log.name))) {
      const { results } = await tried(rules, sampleOf(lines), 0);
      for (const [index, result] of results.entries()) {
        if (result.kind !== 'read' || result.outcome.kind !== 'login') continue;
        const { user, address } = result.parts;
        const text = lines[index] ?? '';
        const { login } = result.outcome;
        if (user !== undefined) expect(text.slice(user.start, user.end), name).toBe(login.user);
        if (address === undefined) continue;
        expect(parseAddress(text.slice(address.start, address.end)), name).toBe(login.address);
      }
    }
  });

  it('explains any line whatever', async () => {
    const rule = await ruleOf(
      'program d',
      'match ^u=<%{USER}>(?:, tls)? a=%{PEER}\\b[^x]*$',
      'connect ^%{ADDRESS}$',
    );
    const piece = fc.constantFrom(
      'u=<',
      '>',
      ', tls',
      ' a=',
      '192.0.2.1',
      '[::1]',
      ':1',
      '\u{1f600}',
      '\u2028',
      'x',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const sample = sampleOf([`Nov 22 10:04:26 mx d: ${pieces.join('')}`], { isAsked: true });
        const [result] = (await tried([rule], sample)).results;
        if (result?.kind !== 'missed') return;
        for (const { stop, unmet, text } of result.explanations) {
          expect([stop, unmet].filter((one) => one === undefined)).toHaveLength(1);
          if (stop === undefined) continue;
          expect(stop.at).toBeGreaterThanOrEqual(0);
          expect(stop.at).toBeLessThanOrEqual(text.length);
          expect(stop.wanted).not.toBe('');
        }
      }),
      { numRuns: runsOf(200) },
    );
  });
});
