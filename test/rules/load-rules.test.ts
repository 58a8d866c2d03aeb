import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { catalogText } from '../../src/rules/catalog-text.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { shippedStanzas } from '../../src/rules/original-stanzas.ts';
import { parseStanzas } from '../../src/rules/stanza.ts';
import { problemText } from '../../src/terminal/problem-text.ts';

const zpopd = `<server zpopd>
  program zpopd
  match ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$
</server>
`;

async function problemsOf(text: string, timer: () => number = () => 0): Promise<string[]> {
  const { problems } = await loadRules({ servers: ['auto'], files: [{ path: 'f', text }], timer });
  return problems.map(problemText);
}

describe('loadRules()', () => {
  it("gives the whole catalog for 'auto', wherever it stands", async () => {
    const { rules, problems } = await loadRules({ servers: ['dovecot', 'auto'], files: [] });
    expect(problems).toEqual([]);
    const names = [...new Set(rules.map(({ name }) => name))];
    const { stanzas } = parseStanzas('built in', catalogText());
    expect(names).toEqual([...new Set(stanzas.map(({ name }) => name))]);
    expect(rules.every(({ origin }) => origin === 'built in')).toBe(true);
  });

  it('gives what is named, and adds what the files hold', async () => {
    const files = [{ path: 'f', text: zpopd }];
    const named = await loadRules({ servers: ['dovecot', 'zpopd'], files });
    expect(named.rules.map(({ name, origin }) => [name, origin])).toEqual([
      ...Array.from({ length: 3 }, () => ['dovecot', 'built in']),
      ['zpopd', 'f:1'],
    ]);
    const { rules } = await loadRules({ servers: ['dovecot'], files });
    expect(rules.map(({ name }) => name)).toEqual(['dovecot', 'dovecot', 'dovecot']);
    expect((await loadRules({ servers: ['auto'], files })).rules.map(({ name }) => name)).toContain('zpopd');
  });

  it('replaces all stanzas of a server by those of a file, and of a later file', async () => {
    const dovecot = (match: string): string =>
      `<server dovecot>\nprogram dovecot\nmatch ${match}\n</server>\n`;
    const { rules } = await loadRules({
      servers: ['dovecot'],
      files: [
        { path: 'f', text: dovecot('^a %{USER} %{ADDRESS}$') },
        { path: 'g', text: dovecot('^b %{USER} %{ADDRESS}$') },
      ],
    });
    expect(rules.map(({ origin, match }) => [origin, match.map(({ source }) => source)])).toEqual([
      ['g:1', ['^b %{USER} %{ADDRESS}$']],
    ]);
  });

  it('G06: names the known rules for one that is unknown', async () => {
    const { problems } = await loadRules({ servers: ['dovecto'], files: [] });
    expect(problems.map(problemText)).toEqual([
      expect.stringMatching(
        /^server dovecto: no such rule: nearest: dovecot; known: (?:\S+ )*dovecot(?: |$)/,
      ),
    ]);
  });

  it('has exit status 78 for each problem', async () => {
    const { problems } = await loadRules({
      servers: ['x'],
      files: [{ path: 'f', text: '<server a>\nmatch (\n</server>' }],
    });
    expect(problems.map(({ status }) => status)).toEqual([78, 78]);
  });

  it('tells the faults of a stanza that is not selected', async () => {
    const text = '<server a>\nprogram a\nmatch ^(%{USER}$\n</server>';
    const { problems, rules } = await loadRules({ servers: ['dovecot'], files: [{ path: 'f', text }] });
    expect(problems.map(problemText)).toEqual([
      "f:3: rule a: match: column 2: cannot compile: '(' is never closed",
    ]);
    expect(rules.map(({ name }) => name)).not.toContain('a');
  });
});

describe('what is wrong with a stanza', () => {
  const stanza = (...lines: string[]): string => `<server a>\nprogram a\n${lines.join('\n')}\n</server>`;
  const cases: readonly { name: string; text: string; want: string[] }[] = [
    {
      name: 'G04: no address',
      text: stanza('match ^%{USER}$'),
      want: ['f:3: rule a: match: no group takes the address; write %{ADDRESS} where it stands'],
    },
    {
      name: 'G04: no user',
      text: stanza('match ^%{PEER}$'),
      want: ['f:3: rule a: match: no group takes the user; write %{USER} where it stands'],
    },
    {
      name: 'an address on the connect line alone',
      text: stanza('connect ^%{ADDRESS}$', 'match ^%{USER}$'),
      want: [],
    },
    {
      name: 'no user on either line',
      text: stanza('connect ^%{ADDRESS}$', 'match ^x$'),
      want: ['f:4: rule a: match: no group takes the user; write %{USER} where it stands'],
    },
    {
      name: 'G04: another group',
      text: stanza('match ^%{USER} (?<adress>.*)$'),
      want: ["f:3: rule a: match: column 10: cannot compile: unknown group 'adress', nearest: address"],
    },
    {
      name: 'G03: an expression that does not parse, and another',
      text: stanza('match ^(%{USER} %{ADDRESS}$', 'logout [a'),
      want: [
        "f:3: rule a: match: column 2: cannot compile: '(' is never closed",
        "f:4: rule a: logout: column 1: cannot compile: '[' is never closed",
      ],
    },
    {
      name: 'an error after a macro',
      text: stanza('match ^%{USER} %{ADDRESS} a**$'),
      want: [
        expect.stringMatching(
          /^f:3: rule a: match: column (?:21|22|23): cannot compile: /,
        ) as unknown as string,
      ],
    },
    {
      name: 'an unknown macro',
      text: stanza('match ^%{USR} %{ADDRESS}$'),
      want: ["f:3: rule a: match: column 2: cannot compile: unknown macro '%{USR}', nearest: USER"],
    },
    {
      name: 'look-around',
      text: stanza('match ^(?!x)%{USER} %{ADDRESS}$'),
      want: [expect.stringMatching(/^f:3: rule a: match: column 2: cannot compile: /) as unknown as string],
    },
    {
      name: 'a journal condition that is none',
      text: stanza('match ^%{USER} %{ADDRESS}$', 'journal dovecot'),
      want: ["f:4: rule a: journal: 'dovecot': wanted FIELD=VALUE"],
    },
    {
      name: 'something else that a server prints',
      text: stanza('match ^%{USER} %{ADDRESS}$', 'prints lines'),
      want: ["f:4: rule a: prints: 'lines' is nothing that a server prints: wanted 'line-ends'"],
    },
    {
      name: 'bytes that are none',
      text: stanza('match ^%{USER} %{ADDRESS}$', 'broken ^FAILED', 'longest 8193'),
      want: [
        "f:4: rule a: broken: '^FAILED': wanted bytes, 1 to 8192, and perhaps seconds, 0 to 60",
        "f:5: rule a: longest: '8193': wanted bytes, 1 to 8192",
      ],
    },
    {
      name: 'seconds that are none',
      text: stanza('match ^%{USER} %{ADDRESS}$', 'broken 511 61', 'longest 400 2'),
      want: [
        "f:4: rule a: broken: '511 61': wanted bytes, 1 to 8192, and perhaps seconds, 0 to 60",
        "f:5: rule a: longest: '400 2': wanted bytes, 1 to 8192",
      ],
    },
    {
      name: 'bytes beside the form of EXACT 1.41',
      text: '<server a>\norder user host\nmatch (a) (b)\nbroken 511\n</server>',
      want: [
        'f:4: rule a: broken: says nothing beside the form of EXACT 1.41; name the program, and write %{USER} and %{ADDRESS} where they stand',
      ],
    },
    {
      name: 'neither program nor groups nor order',
      text: '<server a>\nmatch ^(a)(b)(c)$\n</server>',
      want: [
        "f:2: rule a: match: names neither a user nor an address; write %{USER} and %{ADDRESS} where they stand, or 'order' for the groups of EXACT 1.41",
      ],
    },
    {
      name: 'an order that is none',
      text: '<server a>\norder first second\nmatch ^(a)(b)(c)$\n</server>',
      want: [
        "f:2: rule a: order: 'first second' with 3 groups: wanted 'user host' or 'host user', and two or three groups in match",
      ],
    },
  ];
  it.each(cases)('$name', async ({ text, want }) => {
    expect(await problemsOf(text)).toEqual(want);
  });

  it('L04: is slow: the rule is refused, the others stand', async () => {
    let clock = 0;
    const problems = await problemsOf(stanza('match ^%{USER} %{ADDRESS}$'), () => (clock += 60));
    expect(problems).toEqual([
      'f:3: rule a: match: too slow: 60 ms on a hostile line, 50 at most; repeat fewer things within repetitions',
    ]);
  });

  it('L04: is slow for real: a thousand optional characters, and the engine must tell which took part', async () => {
    const slow = stanza('match ^(?<user>(?:.?){1000})(?<address>.{1000})$');
    const { problems } = await loadRules({ servers: ['auto'], files: [{ path: 'f', text: slow }] });
    expect(problems.map(problemText)).toEqual([
      expect.stringMatching(/^f:3: rule a: match: too slow: \d+ ms /),
    ]);
  });

  it('L04: does not call slow what is slow but once', async () => {
    let [clock, calls] = [0, 0];
    const timer = (): number => {
      clock += ++calls === 2 ? 60 : 1;
      return clock;
    };
    expect(await problemsOf(stanza('match ^%{USER} %{ADDRESS}$'), timer)).toEqual([]);
  });

  it('L04: does not call slow what an evil expression does in linear time', async () => {
    expect(await problemsOf(stanza('match ^(?:a+)+$ %{USER} %{ADDRESS}$'))).toEqual([]);
  });
});

describe('G11 stanzas of EXACT 1.41', () => {
  const line = 'Nov 22 10:04:26 mx zpopd[811]: bob from 192.0.2.10';

  it('work as written: POSIX, the whole line, second and third group', async () => {
    const text =
      '<server old>\n order user host\n match ^(.{15}).*zpopd\\[[[:digit:]]+\\]: ([^ ]+) from ([0-9.]{7,15})$\n</server>\n';
    const { rules, problems } = await loadRules({ servers: ['old'], files: [{ path: 'f', text }] });
    expect(problems).toEqual([]);
    expect(rules[0]).toMatchObject({ isOriginalForm: true, programs: [] });
    expect(rules[0]?.match[0]?.match(line)).toEqual({
      user: 'bob',
      address: '192.0.2.10',
      session: undefined,
    });
  });

  it('take the longest match, as POSIX has it', async () => {
    const text =
      '<server old>\n order user host\n match (mx|vm) .*: ([a-z]+) from ([0-9.]{7}|[0-9.]{10})\n</server>\n';
    const { rules } = await loadRules({ servers: ['old'], files: [{ path: 'f', text }] });
    expect(rules[0]?.match[0]?.match(line)).toMatchObject({ user: 'bob', address: '192.0.2.10' });
  });

  it('are not known by name: one that was changed stays', async () => {
    const text =
      '<server dovecot>\n order host user\n match ^(.*)login: [^ ]+ \\[([0-9.]+)\\] ([^ ]+)\n</server>\n';
    const { rules, notes } = await loadRules({ servers: ['dovecot'], files: [{ path: 'f', text }] });
    expect(rules.map(({ origin }) => origin)).toEqual(['f:1']);
    expect(notes).toEqual([]);
  });

  it('give way to the catalog where they are as shipped, under the name that the file gives them', async () => {
    const [order, match] = ['host user', '(a)login: (b) (c)'];
    const digest = createHash('sha256').update(`${order}\n${match}\n`).digest('hex');
    const shipped = new Map([[digest, { name: 'dovecot', fault: 'it takes failed logins' }]]);
    const text = (name: string, more = ''): string =>
      `<server ${name}>\n# mine\n order   ${order}\n match ${match} \n${more}</server>\n`;
    const load = (file: string) =>
      loadRules({ servers: ['mine', 'dovecot'], files: [{ path: 'f', text: file }], shipped });
    const catalog = await loadRules({ servers: ['dovecot'], files: [] });

    const { rules, notes } = await load(text('mine') + text('dovecot'));
    const told = "is that of EXACT 1.41: it takes failed logins; the built-in 'dovecot' is used in its place";
    expect(notes.map(problemText)).toEqual([`f:1: rule mine: ${told}`, `f:6: rule dovecot: ${told}`]);
    const sources = (name: string): string[] =>
      rules.filter((rule) => rule.name === name).flatMap((rule) => rule.match.map(({ source }) => source));
    const wanted = catalog.rules.flatMap((rule) => rule.match.map(({ source }) => source));
    expect([sources('mine'), sources('dovecot')]).toEqual([wanted, wanted]);

    const changed = await load(text('mine', ' match (a) (b) (c)\n'));
    expect(changed.notes).toEqual([]);
    expect(changed.rules.filter(({ name }) => name === 'mine').map(({ origin }) => origin)).toEqual(['f:1']);
  });

  it('are known by seven digests', () => {
    expect([...shippedStanzas.values()].map(({ name }) => name)).toEqual([
      'uw-imap',
      'courier',
      'cyrus',
      'perdition',
      'qpopper',
      'teapop',
      'cucipop',
    ]);
    for (const digest of shippedStanzas.keys()) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });
});
