/** Which options of each command go together: every pair of them is run, and every one that is taken is looked at. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { checkCombination, goTogether } from '../../src/cli/combination.ts';
import { type Command, commonOptions } from '../../src/cli/command.ts';
import { takeApart } from '../../src/cli/take-apart.ts';
import { commands } from '../../src/commands/commands.ts';
import { ExitStatus } from '../../src/exit-status.ts';
import { type Arguments, Invocation } from '../../src/host/invocation.ts';
import { Failure } from '../../src/problem.ts';
import { dovecotLogin, MailHost, testTime } from '../commands/run-exact.ts';

/** What goes together, by hand: a word, and those after it in the order of help that it may stand with. */
const together: Readonly<Record<string, string>> = {
  parse: `
    server: since until year follow count invert json operands
    since: until year follow count json operands
    until: year follow count json operands
    year: follow count json operands
    follow: invert json operands
    count: invert json operands
    invert: operands
    json: operands`,
  update: `
    dry-run: rebuild logins json
    check: as json
    as: json
    rebuild: json
    logins: json`,
  expire: `
    user: all for undo dry-run json operands
    all: for undo dry-run json operands
    for: operands
    undo: operands
    dry-run: json operands
    json: operands`,
  dump: `
    user: server sort limit tsv by-user shared json
    server: sort limit tsv by-user json
    sort: limit tsv json
    limit: tsv denied by-user shared json operands
    tsv: denied by-user shared operands
    denied: since log json
    by-user: json
    stats: json
    revoked: json
    maps: json
    shared: json operands
    hosts: json
    settings: json operands
    json: operands`,
  'test-rule': `
    server: serverdefs line since limit matched unmatched forge expect list json operands
    match: program order line since limit matched unmatched forge expect json operands
    serverdefs: line since limit matched unmatched forge expect list show json operands
    line: limit matched unmatched forge expect json operands
    since: limit matched unmatched forge expect json operands
    limit: forge expect operands
    matched: json operands
    unmatched: json operands
    forge: expect json operands
    expect: json operands
    suggest: user
    list: json
    show: json
    json: operands`,
};

/** What says nothing by itself. */
const neverAlone: Readonly<Record<string, readonly string[]>> = {
  expire: ['for', 'undo'],
  update: ['as', 'helo', 'sender', 'recipient', 'permit', 'user', 'for', 'note'],
  dump: ['since', 'log'],
  'test-rule': ['program', 'order', 'suggest', 'user'],
};

/** Of a server that no rule knows. */
const newLine = 'Nov 22 10:04:26 mx zpopd[811]: 5f2a: LOGIN OK u="alice" peer=192.0.2.10:41822 tls';

const all = await Promise.all(Object.values(commands).map((load) => load()));

/** A host with a login in its log, and a value for each option that takes one. */
class Place {
  readonly host = new MailHost();
  readonly values: Readonly<Record<string, string>>;

  constructor() {
    const { host } = this;
    const write = (name: string, text: string): string => {
      writeFileSync(join(host.folder, name), text);
      return join(host.folder, name);
    };
    writeFileSync(host.log, `${newLine}\n${dovecotLogin('2026-11-22T10:10:00Z', 'alice', '192.0.2.10')}`);
    const rule = '<server mine>\n program mined\n match ^%{USER} %{ADDRESS}$\n</server>\n';
    const login = '{"time":"2026-11-22T10:10:00Z","address":"192.0.2.10","user":"alice"}\n';
    this.values = {
      ...{ user: 'alice', since: '2h', until: '2026-11-22T10:11:00Z', year: '2026', limit: '1', for: '1h' },
      ...{ permit: '192.0.2.10', note: 'by phone', as: '192.0.2.10' },
      ...{ helo: 'laptop', sender: 'alice@example.org', recipient: 'bob@example.net' },
      ...{ sort: 'user', log: host.log, logins: write('logins', login), match: '^from %{USER} %{ADDRESS}$' },
      ...{ program: 'mined', order: 'user host', serverdefs: write('servers.conf', rule), line: newLine },
      ...{ expect: write('truth', '1 alice 192.0.2.10\n'), show: 'dovecot', config: host.config },
      ...{ state: join(host.folder, 'state'), color: 'never', now: testTime },
    };
  }

  /** Returns a command line of these options and operands. */
  wordsFor({ name: command, operands, options }: Command, names: readonly string[]): string[] {
    const specs = [...options, ...commonOptions];
    const words = names.flatMap((name) => {
      if (name === 'operands') return [];
      const hasValue = specs.find((option) => option.name === name)?.value !== undefined;
      // The rule of a servers file, where there is one.
      const server = names.includes('serverdefs') ? 'mine' : 'dovecot';
      // The form of EXACT 1.41 has groups in an order.
      const value = name === 'match' && names.includes('order') ? '^from (.+) (.+)$' : this.values[name];
      return hasValue ? [`--${name}`, value ?? server] : [`--${name}`];
    });
    const address = names.includes('settings') ? 'timeout' : '192.0.2.10';
    const operand = operands?.name === 'FILE' ? this.host.log : address;
    // The truth is told of one file, and nobody waits for lines that are yet to be written.
    const isFile = names.includes('operands') || (names.includes('expect') && !names.includes('line'));
    const isFollowed = command === 'parse' && names.includes('follow');
    return [...words, ...(isFollowed ? [this.host.log, this.host.log] : isFile ? [operand] : [])];
  }
}

/** What a run answers that was not kept from it by its words. */
function expectTaken(
  names: readonly string[],
  ran: { readonly status: number; readonly stderr: string },
): void {
  if (names.includes('follow')) expect(ran.stderr).toContain('--follow: it follows one log');
  // With --as, 69 says that this machine has no MTA.
  else
    expect(names.includes('as') ? [0, 1, 69] : [0, 1, 77], `${names}: ${ran.stderr}`).toContain(ran.status);
}

function pairsOf(names: readonly string[]): [string, string][] {
  return names.flatMap((one, index) => names.slice(index).map((other): [string, string] => [one, other]));
}

function isSame([one, other]: [string, string], pair: [string, string]): boolean {
  return (one === pair[0] && other === pair[1]) || (one === pair[1] && other === pair[0]);
}

function listed(command: string): Set<string> {
  const lines = (together[command] ?? '').trim().split('\n');
  return new Set(
    lines.flatMap((line) => {
      const [one = '', others = ''] = line.trim().split(': ');
      return others.split(' ').map((other) => `${one} ${other}`);
    }),
  );
}

describe.each(all.map((command) => [command.name, command] as const))('exact %s', (name, command) => {
  const own = [
    ...command.options.map((option) => option.name),
    'json',
    ...(command.operands === undefined ? [] : ['operands']),
  ];
  const allowed = listed(name);
  const isAlone = (word: string) => neverAlone[name]?.includes(word) !== true;
  const isAllowed = ([one, other]: readonly [string, string]) =>
    one === other ? isAlone(one) : allowed.has(`${one} ${other}`);

  it('is listed with words that it has', () => {
    const pairs = pairsOf(own).map((pair) => pair.join(' '));
    expect([...allowed].filter((pair) => !pairs.includes(pair))).toEqual([]);
  });

  const [taken, refused] = [pairsOf(own).filter(isAllowed), pairsOf(own).filter((pair) => !isAllowed(pair))];

  it.each(refused)('exits 64 of --%s with --%s', async (...pair) => {
    const place = new Place();
    const ran = await place.host.run([name, ...place.wordsFor(command, [...new Set(pair)])]);
    expect(ran).toMatchObject({ status: 64, stdout: '' });
    expect(ran.stderr).toMatch(
      /^exact: (--[\w-]+|[A-Z]+): (cannot be given with|needs) (--[\w-]+|[A-Z]+).*; .*\n$/,
    );
  });

  it.each(commonOptions.filter((option) => option.name !== 'json'))(
    'takes --$name with everything',
    async (common) => {
      const place = new Place();
      for (const word of own.filter(isAlone)) {
        const args = argumentsOf(command, place.wordsFor(command, [word, common.name]));
        expect(() => checkCombination(command, args), word).not.toThrow();
      }
    },
  );

  it('takes, and looks at, whatever it may be given, and every two together', async () => {
    const place = new Place();
    const ran = new Set<string>();
    const tried: [string, string][] = [];
    for (const { by = [], needs = [], takes } of command.modes) {
      for (const asking of by.length > 0 ? by : [undefined]) {
        for (const pair of takes.length > 0 ? pairsOf(takes) : [[]]) {
          const names = [
            ...new Set([...(asking === undefined ? [] : [asking]), ...needs.slice(0, 1), ...pair]),
          ];
          for (const { name: one, needs: its } of command.options) {
            if (its !== undefined && names.includes(one) && !names.includes(its)) names.push(its);
          }
          if (pairsOf(names).some(([one, other]) => one !== other && !goTogether(command, one, other)))
            continue;
          const words = [...names].sort().join(' ');
          if (ran.has(words)) continue;
          ran.add(words);
          tried.push(...pairsOf(names));
          const { asked, ...answer } = await runAsked(place, command, names);
          expectTaken(names, answer);
          expect(
            names.filter((word) => !asked.has(word)),
            `passed over by ${name} with ${names.join(', ')}`,
          ).toEqual([]);
        }
      }
    }
    expect(taken.filter((pair) => !tried.some((other) => isSame(pair, other)))).toEqual([]);
  }, 600_000);
});

function argumentsOf({ options, operands }: Command, words: readonly string[]): Arguments {
  const args = takeApart(words, [...options, ...commonOptions], operands !== undefined);
  if ('slip' in args) throw new Error(`not a plain command line: ${words.join(' ')}`);
  return args;
}

/** Runs a command, and returns which of its words it asked for. */
async function runAsked(place: Place, command: Command, names: readonly string[]) {
  const args = argumentsOf(command, place.wordsFor(command, [...names, 'config', 'state', 'now']));
  checkCombination(command, args);
  const asked = new Set<string>();
  const noting = <T extends object>(target: T, name?: string): T =>
    new Proxy(target, {
      get(from, key, receiver) {
        asked.add(name ?? String(key));
        return Reflect.get(from, key, receiver);
      },
    });
  let stderr = '';
  const world = {
    env: {},
    clock: () => Date.parse(testTime),
    stdin: Readable.from([]),
    stdout: { isTerminal: false, columns: undefined, write: () => {}, writeBytes: () => {}, flush: () => {} },
    tell: (line: string) => {
      stderr += line;
    },
  };
  const options = noting(args.options);
  const operands = noting(args.operands, 'operands');
  try {
    const status = await command.run(new Invocation<string>({ options, operands }, world));
    return { asked, status, stderr };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { asked, status: error.problem.status, stderr: error.message };
  }
}

describe('checkCombination()', () => {
  const dump = all.find(({ name }) => name === 'dump') as Command;

  it('says what does not go together, what would, and what to do', () => {
    const args = argumentsOf(dump, ['--maps', '--limit', '3']);
    expect(() => checkCombination(dump, args)).toThrow(
      '--maps: cannot be given with --limit: it takes --json alone; leave out one of them',
    );
  });

  it('throws a usage problem', () => {
    const args = argumentsOf(dump, ['--since', '1h']);
    let thrown: unknown;
    try {
      checkCombination(dump, args);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ problem: { status: ExitStatus.usage, where: '--since' } });
  });
});

describe('Invocation', () => {
  it('takes the names of its own options and of common ones, and no other, or it does not compile', () => {
    const world = {
      env: {},
      clock: () => 0,
      stdin: Readable.from([]),
      stdout: {
        isTerminal: false,
        columns: undefined,
        write: () => {},
        writeBytes: () => {},
        flush: () => {},
      },
      tell: () => {},
    };
    const call = { operands: [], options: { 'dry-run': true } } as const;
    const invocation = new Invocation<'dry-run'>(call, world);
    expect([invocation.has('dry-run'), invocation.has('json')]).toEqual([true, false]);
    // @ts-expect-error: a slip
    expect(invocation.has('dry-rum')).toBe(false);
    const common: Invocation = invocation;
    // @ts-expect-error: of a command that may have no such option
    const back: Invocation<'dry-run'> = common;
    expect(back).toBe(invocation);
  });
});
