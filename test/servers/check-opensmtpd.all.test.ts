/** `exact update --check` on a host with OpenSMTPD: what it finds, and that each fix, pasted, mends it, by its replies. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CheckedHost, openCheckedHost } from './checked-host.ts';
import { converse } from './conversation.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { prepareOpensmtpd } from './opensmtpd.ts';

let host: Namespace;
let checked: CheckedHost;

const file = '/etc/smtpd.conf';
const source = 'db:/var/lib/exact/relay.db';
const isFine = {
  level: 'ok',
  subject: 'opensmtpd',
  text: `${file} relays for the clients of ${source}`,
};
const stranger = '198.51.100.70';

beforeAll(async () => {
  host = await openNamespace();
  await prepareOpensmtpd(host);
  // Another MTA of the machine is not this host's.
  await host.must(['rm', '-f', '/usr/sbin/postconf']);
  checked = await openCheckedHost(host);
  await checked.configure(`output opensmtpd ${source}`);
});

afterAll(async () => {
  await host?.close();
});

const usual = [
  'action "local" mbox',
  'action "out" relay',
  'match from any for domain local.example action "local"',
  'match for any action "out"',
];

/** Writes smtpd.conf, in which the lines of a filter come first, and those of the table's matches last. */
async function configure({ filters = [], listen = '', matches = [] }: Record<string, never> | Lines) {
  const lines = [
    `table exact ${source}`,
    ...filters,
    `listen on 192.0.2.1 ${listen}`,
    ...usual,
    ...matches,
    '',
  ];
  await write(lines);
}

interface Lines {
  readonly filters?: readonly string[];
  readonly listen?: string;
  readonly matches?: readonly string[];
}

async function write(lines: readonly string[]): Promise<void> {
  await host.must(['sh', '-c', `cat >${file}; chmod 600 ${file}`], lines.join('\n'));
  await host.must(['smtpd', '-n']);
}

/** Returns the reply to RCPT, or to what was refused before, of the client and of a stranger. */
async function replies(): Promise<string[]> {
  const stop = 'test ! -s /var/run/smtpd.pid-of-test || kill "$(cat /var/run/smtpd.pid-of-test)"';
  await host.must([
    'sh',
    '-c',
    `${stop}; smtpd -d >/dev/null 2>&1 </dev/null & echo $! >/var/run/smtpd.pid-of-test
     i=0; until smtpctl show stats >/dev/null 2>&1 || test $i -gt 100; do i=$((i+1)); sleep 0.1; done; sleep 0.5`,
  ]);
  return replied();
}

/** The same of the server as it runs. */
async function replied(): Promise<string[]> {
  const lines = [
    'EHLO laptop',
    'MAIL FROM:<alice@local.example>',
    'RCPT TO:<somebody@remote.example>',
    'QUIT',
  ];
  const said = await converse(
    host,
    [checked.client, stranger].map((address) => ({
      source: address,
      port: 25,
      mayHangUp: true,
      endOfReply: /^\d{3} /,
      lines,
    })),
  );
  return said.map((each) => (each.find((reply) => /^[45]/.test(reply)) ?? each[3] ?? '').slice(0, 3));
}

/** What was found, then without it; the fix taken back, what was found again. */
async function mends(level: string, words: string | RegExp): Promise<void> {
  const [found, ...more] = (await checked.check('opensmtpd')).filter((told) => told.level !== 'ok');
  expect([found, more]).toMatchObject([{ level, text: expect.stringMatching(words) }, []]);
  await checked.paste(found?.fix);
  expect(await checked.check('opensmtpd')).toEqual([isFine]);
  expect(await replies()).toEqual(['250', '550']);
  const { status, rows } = await checked.playAs(checked.client);
  expect([
    status,
    ...rows.map(({ as, step, verdict }) => `${as === checked.client} ${step} ${verdict}`),
  ]).toEqual([
    0,
    ...['client', 'HELO', 'MAIL', 'RCPT'].map((step) => `true ${step} accepted`),
    ...rows
      .filter(({ as }) => as !== checked.client)
      .map(({ step }, index, all) => `false ${step} ${index + 1 === all.length ? 'refused' : 'accepted'}`),
  ]);
  if (found?.undo === undefined) return;
  await checked.paste(found.undo);
  expect((await checked.check('opensmtpd')).filter((told) => told.level !== 'ok')).toEqual([found]);
  await checked.paste(found.fix);
}

it('has the output added, and then the table with its match', async () => {
  await checked.configure();
  await write(['listen on 192.0.2.1', ...usual, '# the end', '']);
  const [first] = await checked.check('opensmtpd');
  expect(first).toMatchObject({ level: 'FAIL', text: 'no output is of a type that OpenSMTPD can look up' });
  await checked.paste(first?.fix);
  await mends('FAIL', `has no match from src with a table ${source}`);
}, 120_000);

it.each([
  ['match from any for any reject', 'FAIL', 'line 8 takes them first: match from any for any reject'],
  ['match !from rdns for any reject', 'FAIL', 'takes them first: match !from rdns for any reject'],
  ['match from src 198.51.100.64/26 for any reject', 'WARN', 'may refuse'],
])(
  'puts the match before one that refuses: %s',
  async (reject, level, words) => {
    await checked.configure(`output opensmtpd ${source}`);
    await configure({ matches: ['', reject, 'match from src <exact> for any action "out"'] });
    await mends(level, words);
  },
  120_000,
);

it.each([
  'match from src <exact> action "out"',
  'match auth from src <exact> for any action "out"',
  'match from src <exact> for any action "local"',
  'match tag other from src <exact> for any action "out"',
])(
  'finds a match that does not relay: %s',
  async (match) => {
    await configure({ matches: [match] });
    await mends('FAIL', `refuses the clients of ${source}: `);
  },
  120_000,
);

const ours = 'match from src <exact> for any action "out"';

it.each([
  [['filter names phase connect match !rdns reject "550 no name"'], 'filter names'],
  [['filter "login" phase mail-from match !auth reject "550 login"'], 'filter "login" tag x'],
  [
    [
      'filter names phase connect match !fcrdns disconnect "550 no name"',
      'filter soon phase rcpt-to match !rcpt-to { "@local.example" } reject "550 later"',
      'filter all chain { names, soon }',
    ],
    'filter all',
  ],
  [
    [
      'filter own phase connect match src <exact> bypass',
      'filter names phase connect \\',
      '  match !rdns reject "550 no name"',
      'filter soon phase data match !auth reject "550 later"',
    ],
    'filter { own, names, soon }',
  ],
])(
  'has the table pass filters that refuse: %j',
  async (filters, listen) => {
    await configure({ filters, listen, matches: [ours] });
    await mends('FAIL', 'refuses the clients of <exact> before it relays');
  },
  120_000,
);

it('finds a relay for everybody', async () => {
  await configure({ matches: ['match from any for any action "out"', ours] });
  expect(await checked.check('opensmtpd')).toMatchObject([
    { level: 'FAIL', text: `${file}, line 7 relays for everybody: match from any for any action "out"` },
  ]);
  expect(await replies()).toEqual(['250', '250']);
  expect((await checked.playAs(checked.client)).status).toBe(1);
}, 120_000);

it('has a table of kind file read anew when it changes', async () => {
  await checked.configure('output opensmtpd file:/var/lib/exact/relay.list');
  await configure({ matches: [ours] });
  await host.must(['sed', '-i', 's|^table.*|table exact file:/var/lib/exact/relay.list|', file]);
  const [fine, found] = await checked.check('opensmtpd');
  expect([fine?.level, found]).toMatchObject([
    'ok',
    { level: 'WARN', text: expect.stringContaining('starts alone') },
  ]);
  expect(await replies()).toEqual(['250', '550']);
  await checked.paste(found?.fix);
  expect((await checked.check('opensmtpd')).map(({ level }) => level)).toEqual(['ok']);
  await checked.revoke(checked.client);
  const command = await host.must([
    'sed',
    '-n',
    's/^ExecStart=//p',
    '/etc/systemd/system/exact-smtpd.service',
  ]);
  expect(await replied()).toEqual(['250', '550']);
  await host.must(command.trim().split(' '));
  expect(await replied()).toEqual(['550', '550']);
}, 120_000);
