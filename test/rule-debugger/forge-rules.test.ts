/** What is tried of an administrator's rules beside forged lines: failures of the sample, and lines of known servers. */
import { describe, expect, it } from 'vitest';
import { forgeRules } from '../../src/rule-debugger/forge/forge-rules.ts';
import { loadPatterns } from '../../src/rule-debugger/pattern.ts';
import { ruleOf, sampleOf, trialOptions, tried, zpopd } from '../rules/rule-of.ts';

async function forgedBy(lines: readonly string[], ...stanza: string[]) {
  const rule = await ruleOf(...stanza);
  const { samples } = await tried([rule], sampleOf(lines));
  return forgeRules([rule], samples, trialOptions, await loadPatterns());
}

const uw = ['Nov 22 10:04:26 mx imapd: Login user=bob host=[192.0.2.10]'];

describe('forgeRules()', () => {
  it('names the line that tells of a failure, and that a rule took', async () => {
    const match = String.raw`match ^%{WORD}: LOGIN \w+ u="%{USER}" peer=%{PEER}(?: tls)?$`;
    const { breaches, failures } = await forgedBy(zpopd, 'program zpopd', match);
    expect(breaches).toEqual([]);
    expect(failures).toMatchObject([{ line: zpopd[2] }]);
    const [{ span, line } = { span: { start: 0, end: 0 }, line: '' }] = failures;
    expect(line.slice(span.start, span.end)).toBe('FAIL');
  });

  it('names what a known server writes that is no login, and that a rule takes', async () => {
    const { taken } = await forgedBy(
      uw,
      'program imapd',
      String.raw`match ^Login .*user=%{USER} host=.*\[%{ADDRESS}\]$`,
    );
    const shapes = taken.map(({ server, shape, line }) => `${server} ${shape}: ${line}`);
    expect(shapes).toContain('uw-imap failed login: Login failed user= auth= host=[203.0.113.66]');
  });

  it('names none of a rule that takes none, nor of one for a program that nobody knows', async () => {
    const sound = String.raw`match ^Login user=%{USER} host=(?:[\w.-]+ )?\[%{ADDRESS}\]$`;
    expect((await forgedBy(uw, 'program imapd', sound)).taken).toEqual([]);
    expect((await forgedBy(zpopd, 'program zpopd', 'match %{USER} .*%{PEER}')).taken).toEqual([]);
  });

  it('takes longer lines for what they are where the rule has no bound', async () => {
    const sound = String.raw`match ^Login user=(?<user>.{1,40}) host=(?:[\w.-]{1,64} )?\[%{ADDRESS}\]$`;
    expect((await forgedBy(uw, 'program imapd', 'longest 8192', sound)).taken).toEqual([]);
    const open = String.raw`match ^Login user=%{USER} host=(?:[\w.-]+ )*\[%{ADDRESS}\]$`;
    const { taken } = await forgedBy(uw, 'program imapd', 'longest 8192', open);
    expect(taken.map(({ server, shape }) => `${server} ${shape}`)).toContain('courier piece');
  });

  it('gives a rule in the form of EXACT 1.41 whole lines', async () => {
    const { taken } = await forgedBy(uw, String.raw`match user=([^ ]*) host=.*\[(.*)\]`, 'order user host');
    expect(taken.map(({ server, shape }) => `${server} ${shape}`)).toContain('courier failed login');
    expect(taken[0]?.line).toMatch(/^[A-Z][a-z]{2} .* [\w/.-]+(?:\[\d+\])?: /);
  });
});
