import { describe, expect, it } from 'vitest';
import { createLineFilter } from '../../src/recognize/line-filter.ts';
import { soughtRule } from '../../src/recognize/needles.ts';
import { loadRules } from '../../src/rules/load-rules.ts';

// The second takes programs of any number of names.
const zpopd = '<server zpopd>\nprogram zpopd*\nmatch ^login of %{USER} from %{ADDRESS}$\n</server>';
const { rules } = await loadRules({ servers: ['dovecot', 'zpopd'], files: [{ path: 'f', text: zpopd }] });
// The lines after one that is broken have a test of their own.
const sought = rules.map((rule) => ({ ...soughtRule(rule), broken: undefined }));
const dovecot = sought.filter((_rule, index) => rules[index]?.name === 'dovecot');

/** A filter that counts how often it asks for the rules of a program. */
function countingFilter(): { wants: (line: string) => boolean; asked: string[] } {
  const asked: string[] = [];
  const filter = createLineFilter(sought, (program) => {
    asked.push(program);
    return program === 'dovecot' ? dovecot : [];
  });
  // One buffer for all lines, as the chunks of a log have.
  const buffer = Buffer.alloc(200);
  const wants = (line: string) => {
    filter.forget();
    return filter.wants(buffer, 0, buffer.write(line));
  };
  return { wants, asked };
}

const login = 'imap-login: Login: user=<';

describe('createLineFilter()', () => {
  it.each([
    {
      name: 'a line of a program with rules that holds a text',
      line: `Nov 22 10:04:26 mx dovecot: ${login}`,
      want: true,
    },
    {
      name: 'one that holds none',
      line: 'Nov 22 10:04:26 mx dovecot: imap-login: Aborted login',
      want: false,
    },
    {
      name: 'one of a program without rules',
      line: `Nov 22 10:04:26 mx postfix/smtpd[1]: ${login}`,
      want: false,
    },
    {
      name: 'one in high precision',
      line: `2026-11-22T10:04:26.007951+00:00 mx dovecot: ${login}`,
      want: true,
    },
    {
      name: 'one in RFC 5424',
      line: `<22>1 2026-11-22T10:04:26.007951+00:00 mx dovecot - - -  ${login}`,
      want: true,
    },
    {
      name: 'one of another program in RFC 5424',
      line: `<22>1 2026-11-22T10:04:26Z mx postfix - - -  ${login}`,
      want: false,
    },
    {
      name: 'a line in another form that holds a text',
      line: `Nov 2 10:04:26 mx dovecot: ${login}`,
      want: true,
    },
    {
      name: 'a line in another form that holds none',
      line: 'Nov 2 10:04:26 mx dovecot: Aborted login',
      want: false,
    },
    { name: 'an empty line', line: '', want: false },
  ])('wants $name: $want', ({ line, want }) => {
    expect(countingFilter().wants(line)).toBe(want);
  });

  it('learns each program once, whatever becomes of the bytes', () => {
    const { wants, asked } = countingFilter();
    const lines = [
      'dovecot: x',
      'postfix/smtpd[1]: x',
      `dovecot: ${login}`,
      'postfix/smtpd[2]: x',
      'dovecot[3]: x',
    ];
    for (const line of [...lines, ...lines]) wants(`Nov 22 10:04:26 mx ${line}`);
    expect(asked).toEqual(['dovecot', 'postfix/smtpd']);
  });

  it('does not grow with the programs that somebody makes up', () => {
    const { wants, asked } = countingFilter();
    for (let round = 0; round < 2; round++) {
      for (let made = 0; made < 3000; made++) wants(`Nov 22 10:04:26 mx p${made}: x`);
    }
    expect(wants(`Nov 22 10:04:26 mx dovecot: ${login}`)).toBe(true);
    expect(asked.length).toBe(6001);
  });
});
