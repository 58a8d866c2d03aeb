import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { passesBy } from '../src/gate.ts';
import { dovecotLogin, MailHost, type Ran } from './commands/run-exact.ts';
import { Caller, program, settle, start, timeWords } from './gate-caller.ts';
import { isWhole, runsOf } from './seeds.ts';

describe.each(['node', 'shell'] as const)('the gate of %s before update', (gate) => {
  let caller: Caller;

  beforeEach(async () => {
    caller = new Caller(gate, 'warn-silent 1h');
    writeFileSync(caller.host.log, dovecotLogin(timeWords(start), 'alice', '192.0.2.10'));
    settle();
    await caller.update(start + 5);
    expect(caller.passed).toBe(0);
    expect(caller.passes(start + 60)).toBe(true);
  });

  it('is passed by until something expires, and notes when that was', async () => {
    expect(caller.passes(start + 500)).toBe(true);
    const { stdout } = await caller.run(start + 520, 'dump', '--stats', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ lastRun: timeWords(start + 500) });
    for (let now = start + 605; now < start + 1800; now += 400) await caller.update(now);
    expect(caller.passed).toBeGreaterThan(2);
    expect(readFileSync(caller.host.relay, 'utf8')).toBe('192.0.2.10\n');
    await caller.update(start + 1800);
    expect(readFileSync(caller.host.relay, 'utf8')).toBe('');
  });

  it('is shut an hour after the run that left the note, whatever has been seen', async () => {
    const later = start + 7200;
    await caller.update(later);
    expect([later + 3599, later + 3600].map((now) => caller.passes(now))).toEqual([true, false]);
  });

  it('is shut by a clock that was set back', () => {
    expect(caller.passes(start + 300)).toBe(true);
    expect(caller.passes(start + 299)).toBe(false);
  });

  it('is shut for a call that has something to say, or names something else', () => {
    for (const more of [
      ['-v'],
      ['--dry-run'],
      ['--rebuild'],
      ['--json'],
      ['--now', timeWords(start)],
      ['x'],
      ['-c'],
    ])
      expect(caller.passes(start + 60, ...more), more.join(' ')).toBe(false);
    const other = join(caller.host.folder, 'other.conf');
    copyFileSync(caller.host.config, other);
    expect(passesBy(['-c', other, '--state', caller.state], { env: {}, now: start + 60 })).toBe(false);
    expect(passesBy(['--state', caller.state], { env: { EXACT_CONFIG: other }, now: start + 60 })).toBe(
      false,
    );
    expect(
      passesBy(['--state', caller.state], { env: { EXACT_CONFIG: caller.host.config }, now: start + 60 }),
    ).toBe(true);
  });

  const changes: Record<string, (host: MailHost) => void> = {
    'a login in the log': ({ log }) => appendFileSync(log, dovecotLogin(timeWords(start), 'b', '192.0.2.3')),
    'more in the log than is searched': ({ log }) => appendFileSync(log, 'x\n'.repeat(200_000)),
    'another log in its place that has grown': ({ log }) => writeFileSync(log, 'x\n'.repeat(200)),
    'the log touched': ({ log }) => utimesSync(log, 1, 1),
    'the log rotated': ({ log }) => renameSync(log, `${log}.1`),
    'the log emptied': ({ log }) => truncateSync(log),
    'another configuration': ({ config }) => appendFileSync(config, 'timeout 5m\n'),
    'a configuration that others may write': ({ config }) => chmodSync(config, 0o666),
    'a folder that others may write': ({ folder }) => chmodSync(folder, 0o777),
    'a servers file': ({ folder }) => writeFileSync(join(folder, 'exact-servers.conf'), '#'),
    'a map that is gone': ({ relay }) => rmSync(relay),
    'a map that was written to': ({ relay }) => writeFileSync(relay, '192.0.2.99\n'),
    'pairs that are gone': ({ folder }) => rmSync(join(folder, 'state')),
    'cursors that are gone': ({ folder }) => rmSync(join(folder, 'state.cursors')),
    'a revocation': ({ folder }) => writeFileSync(join(folder, 'state.revoked'), ''),
    'a permit': ({ folder }) => writeFileSync(join(folder, 'state.permits'), ''),
    'a run under way': ({ folder }) => writeFileSync(join(folder, 'state.lock'), '1 2\n'),
    'a damaged note': ({ folder }) => {
      for (const name of ['state.idle', 'state.quiet']) truncateSync(join(folder, name), 20);
    },
    'a note by way of a link': ({ folder }) => {
      renameSync(join(folder, 'state.idle'), join(folder, 'elsewhere'));
      symlinkSync('elsewhere', join(folder, 'state.idle'));
    },
    'no note': ({ folder }) => rmSync(join(folder, 'state.idle')),
  };
  it.each(Object.keys(changes))('is shut by %s', (name) => {
    changes[name]?.(caller.host);
    expect(caller.passes(start + 60)).toBe(false);
  });

  it('is shut when a permit ends', async () => {
    const words = ['--permit', '198.51.100.7', '--user', 'alice', '--for', '2m'];
    await caller.run(start, 'update', ...words);
    await caller.run(start + 1, 'update');
    expect([start + 60, start + 119].map((now) => caller.passes(now))).toEqual([true, true]);
    expect(caller.passes(start + 120)).toBe(false);
  });

  it('is passed by where other programs alone have written to the log, which the next run reads', async () => {
    const line = `${timeWords(start)} mx postfix/smtpd[7]: connect from unknown[192.0.2.9]\n`;
    appendFileSync(caller.host.log, line.repeat(50));
    expect(caller.passes(start + 60)).toBe(true);
    appendFileSync(caller.host.log, dovecotLogin(timeWords(start + 61), 'bob', '192.0.2.11'));
    expect(caller.passes(start + 62)).toBe(false);
    await caller.update(start + 62);
    expect(readFileSync(caller.host.relay, 'utf8')).toBe('192.0.2.10\n192.0.2.11\n');
    // A run that finds no line, and so loads no rules, leaves what the one before knew of them.
    for (let now = start + 120; now < start + 1000; now += 200) await caller.update(now);
    appendFileSync(caller.host.log, line);
    expect(caller.passes(start + 1000)).toBe(true);
  });

  it('is shut by any line where a rule does not name its program', async () => {
    const servers = join(caller.host.folder, 'exact-servers.conf');
    writeFileSync(servers, '<server own>\n  match ^login %{USER} %{ADDRESS}$\n</server>\n');
    appendFileSync(caller.host.log, 'x\n');
    await caller.update(start + 60);
    appendFileSync(caller.host.log, 'x\n');
    expect(caller.passes(start + 120)).toBe(false);
  });

  it('is shut for a host that has got another address', () => {
    const [name, had, got] =
      gate === 'node'
        ? ['state.idle', '"addresses":"', '192.0.2.77 ']
        : ['state.quiet', '\naddresses\n', 'x'];
    const path = join(caller.host.folder, name);
    const note = readFileSync(path, 'latin1');
    const put = (text: string) => {
      writeFileSync(path, text, 'latin1');
      utimesSync(`${caller.state}.idle`, start + 5, start + 5);
    };
    put(note.replace(had, `${had}${got}`));
    expect(caller.passes(start + 60)).toBe(false);
    put(note);
    expect(caller.passes(start + 60)).toBe(true);
  });

  it('is shut when a warning about silence is due', async () => {
    for (let now = start + 605; now < start + 3600; now += 300) await caller.update(now);
    appendFileSync(
      caller.host.log,
      dovecotLogin(timeWords(start), 'a', '192.0.2.1').replace('Login:', 'Other:'),
    );
    await caller.update(start + 3601);
    expect(caller.passes(start + 3604)).toBe(true);
    expect(caller.passes(start + 3605)).toBe(false);
    expect((await caller.update(start + 3605)).stderr).toContain('no login found');
  });
});

it('the gate of node is shut for another account', async () => {
  const caller = new Caller('node');
  settle();
  await caller.update(start);
  const path = `${caller.state}.idle`;
  const note = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...note, uid: note.uid + 1 }));
  utimesSync(path, start, start);
  expect(caller.passes(start + 60)).toBe(false);
});

it.each(['node', 'shell'] as const)(
  'the gate of %s is left by a run during which other programs log',
  async (gate) => {
    const caller = new Caller(gate);
    const { config, log } = caller.host;
    const more = `${timeWords(start)} mx postfix/smtpd[7]: connect from unknown[192.0.2.9]\n`;
    const command = join(caller.host.folder, 'log-more');
    writeFileSync(command, `#!/bin/sh\nprintf '%s' '${more}' >>${log}\n`);
    chmodSync(command, 0o755);
    appendFileSync(config, `on-change ${command}\n`);
    writeFileSync(log, dovecotLogin(timeWords(start), 'alice', '192.0.2.10'));
    settle();
    await caller.update(start);
    expect(readFileSync(log, 'utf8')).toContain(more);
    expect(caller.passes(start + 60)).toBe(true);
    appendFileSync(log, dovecotLogin(timeWords(start + 61), 'bob', '192.0.2.11'));
    expect(caller.passes(start + 62)).toBe(false);
    await caller.update(start + 62);
    expect(readFileSync(caller.host.relay, 'utf8')).toBe('192.0.2.10\n192.0.2.11\n');
  },
);

it('the gate of the shell looks through what a log got while the note was written', async () => {
  const caller = new Caller('shell');
  writeFileSync(caller.host.log, dovecotLogin(timeWords(start), 'alice', '192.0.2.10'));
  settle();
  await caller.update(start);
  const note = readFileSync(`${caller.state}.quiet`, 'latin1');
  // As it is written where the log has changed since it was looked at.
  writeFileSync(`${caller.state}.quiet`, note.replace(/^(log .*) \S+ \S+$/m, '$1 - -'));
  expect(caller.passes(start + 60)).toBe(false);
  appendFileSync(
    caller.host.log,
    `${timeWords(start)} mx postfix/smtpd[7]: connect from unknown[192.0.2.9]\n`,
  );
  expect(caller.passes(start + 60)).toBe(true);
  appendFileSync(caller.host.log, dovecotLogin(timeWords(start + 61), 'bob', '192.0.2.11'));
  expect(caller.passes(start + 62)).toBe(false);
});

describe('no note is left', () => {
  const cases: Record<string, readonly string[]> = {
    'where metrics are written': ['metrics exact.prom'],
    'where a problem lasts': ['maillog /nonexistent/mail.log'],
  };
  it.each(Object.entries(cases))('%s', async (_name, lines) => {
    const caller = new Caller('node', ...lines);
    settle();
    for (const seconds of [0, 60, 120]) await caller.update(start + seconds);
    expect(caller.passed).toBe(0);
    expect(existsSync(`${caller.state}.idle`)).toBe(false);
  });

  it('by a run whose clock is not the host’s, by one that reads no log, or just after the configuration changed', async () => {
    const caller = new Caller('node');
    await caller.update(start);
    expect(existsSync(`${caller.state}.idle`)).toBe(false);
    settle();
    await caller.update(start);
    expect(existsSync(`${caller.state}.idle`)).toBe(true);
    await caller.run(start + 1, 'expire');
    expect(existsSync(`${caller.state}.idle`)).toBe(false);
    await caller.run(start + 2, 'update', '--now', timeWords(start + 2));
    expect(existsSync(`${caller.state}.idle`)).toBe(false);
  });
});

/** Something that happens to a host between two runs; `now` is Unix seconds. */
type Event = (host: MailHost, now: number, seed: number) => void;

const login: Event = ({ log }, now, seed) =>
  appendFileSync(log, dovecotLogin(timeWords(now), `user${seed % 5}`, `192.0.2.${1 + (seed % 9)}`));
const nothing: Event = () => {};
const setConfig =
  (...lines: string[]): Event =>
  ({ config }) =>
    writeFileSync(config, `${readFileSync(config, 'utf8').split('# ')[0]}# \n${lines.join('\n')}\n`);
const ifThere = (path: string, act: (path: string) => void): void => {
  if (existsSync(path)) act(path);
};

const events: readonly Event[] = [
  ...[nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing],
  ...[login, login, login],
  ({ log }) => appendFileSync(log, '2026-11-22T10:00:00Z mx postfix/smtpd[1]: connect from unknown\n'),
  ({ log }, now) => appendFileSync(log, dovecotLogin(timeWords(now), 'half', '192.0.2.200').slice(0, -30)),
  ({ log }) => {
    ifThere(log, (path) => renameSync(path, `${path}.1`));
    writeFileSync(log, '');
  },
  ({ log }) => ifThere(log, (path) => truncateSync(path)),
  ({ log }) => rmSync(log, { force: true }),
  ({ relay }) => rmSync(relay, { force: true }),
  ({ relay }) => writeFileSync(relay, '203.0.113.1\n'),
  ({ folder }) => rmSync(join(folder, 'state'), { force: true }),
  ({ folder }) => rmSync(join(folder, 'state.cursors'), { force: true }),
  ({ folder }) => ifThere(join(folder, 'state.idle'), (path) => truncateSync(path, 9)),
  ({ folder }, now) =>
    writeFileSync(join(folder, 'state.permits'), `192.0.2.77\tvera\t${now}\t${now + 90}\troot\t\n`),
  setConfig(),
  setConfig('timeout 5m'),
  setConfig('ignore 192.0.2.0/29'),
  setConfig('max-addresses-per-user 2'),
  setConfig('nonsense on'),
  ({ folder }) => writeFileSync(join(folder, 'exact-servers.conf'), '# none\n'),
  ({ folder }) => rmSync(join(folder, 'exact-servers.conf'), { force: true }),
];

/** What one can see of a host: its maps, its pairs, who was revoked, and when the last run was. */
async function seen(caller: Caller, now: number): Promise<object> {
  const { folder } = caller.host;
  const bytes = (name: string) => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, 'latin1') : undefined;
  };
  const { stdout } = await caller.run(now, 'dump', '--stats', '--json');
  const { lastTook: _, state: _state, maillogs, ...statistics } = stdout === '' ? {} : JSON.parse(stdout);
  // What other programs have written is read by the next run that is made.
  const states = maillogs?.map(({ state }: { state: string }) => state);
  return {
    maps: ['relay.txt', 'relay.cdb'].map(bytes),
    pairs: bytes('state'),
    states,
    statistics: JSON.parse(JSON.stringify(statistics).replaceAll(folder, 'FOLDER')),
  };
}

const steps = fc.array(
  fc.record({
    event: fc.integer({ min: 0, max: events.length - 1 }),
    seed: fc.nat(1000),
    after: fc.constantFrom(1, 20, 60, 60, 60, 60, 61, 300, 900, -40),
    runs: fc.integer({ min: 1, max: 4 }),
  }),
  // Many hosts live long in CI.
  { minLength: 10, maxLength: isWhole ? 25 : 12 },
);

it.each([
  { gate: 'node', inCi: 4 },
  { gate: 'shell', inCi: 2 },
] as const)(
  'whatever happens, a host whose runs go through the gate of $gate is as one whose runs do not',
  async ({ gate, inCi }) => {
    settle();
    let passed = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (schedule) => {
        const callers = [new Caller(gate), new Caller('none')];
        let now = start;
        for (const { event, seed, after, runs } of schedule) {
          for (const { host } of callers) events[event]?.(host, now, seed);
          for (let run = 0; run < runs; run++) {
            now += after;
            const [gated, whole] = await Promise.all(callers.map((caller) => ranWith(caller, now)));
            expect(gated).toEqual(whole);
          }
          const [gated, whole] = await Promise.all(callers.map((caller) => seen(caller, now)));
          expect(gated).toEqual(whole);
        }
        passed += callers[0]?.passed ?? 0;
      }),
      { numRuns: runsOf(inCi), seed: Number(process.env.EXACT_SEED ?? 11) },
    );
    expect(passed).toBeGreaterThan(isWhole ? 20 : 5);
  },
  300_000,
);

async function ranWith(caller: Caller, now: number): Promise<Ran> {
  const ran = await caller.update(now);
  return { ...ran, stderr: ran.stderr.replaceAll(caller.host.folder, 'FOLDER') };
}

describe('the built program', () => {
  /** Runs it with a hook that writes down the paths that it looks at, and what it loads. */
  function look(host: MailHost): { paths: Set<string>; loaded: string[] } {
    const hook = join(host.folder, 'hook.cjs');
    const list = join(host.folder, 'looked-at');
    writeFileSync(
      hook,
      `const fs = require('node:fs');
       const write = fs.writeFileSync;
       const seen = new Set();
       const { now } = Date;
       Date.now = () => now() + 60_000;
       for (const name of Object.keys(fs)) {
         const call = fs[name];
         if (typeof call !== 'function' || /^[A-Z_]/.test(name)) continue;
         fs[name] = function (path, ...rest) {
           if (typeof path === 'string') seen.add(path);
           return call.call(this, path, ...rest);
         };
         Object.assign(fs[name], call);
       }
       process.on('exit', () => write(${JSON.stringify(list)}, JSON.stringify({ paths: [...seen], loaded: Object.keys(require.cache) })));`,
    );
    const words = ['update', '-c', host.config, '--state', join(host.folder, 'state')];
    const run = spawnSync(process.execPath, ['--require', hook, program, ...words], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin' },
    });
    expect(run).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const { paths, loaded } = JSON.parse(readFileSync(list, 'utf8'));
    return { paths: new Set(paths), loaded: loaded.filter((path: string) => path.includes('/dist/')) };
  }

  it('passes by with one small file, and has on its list whatever a run looks at that does nothing', () => {
    const host = new MailHost();
    appendFileSync(
      host.config,
      `serverdefs ${join(host.folder, 'mine.conf')}\noutput tcprules ${join(host.folder, 'tcp.cdb')}\n`,
    );
    writeFileSync(join(host.folder, 'mine.conf'), '');
    look(host);
    // The last run made the maps; this one finds them made.
    rmSync(join(host.folder, 'state.idle'));
    const { paths } = look(host);
    const { looks } = JSON.parse(readFileSync(join(host.folder, 'state.idle'), 'utf8'));
    const without = [...paths].filter((path) => looks[path] === undefined);
    const reasons: Record<string, RegExp> = {
      'the program itself: another release has its files under other names': /\/dist\/|\/bin\/exact$/,
      'whose account root takes on: an account that is not root has notes of its own': /^\/etc\/passwd$/,
      'where the note for the shell has this host’s addresses from': /^\/proc\/net\//,
      'what the run itself writes': /\.exact-new$|state\.(?:idle|quiet)$/,
    };
    expect(without.filter((path) => !Object.values(reasons).some((reason) => reason.test(path)))).toEqual([]);
    expect(Object.keys(looks).length).toBeGreaterThan(15);
    const { loaded } = look(host);
    expect(loaded.map((path) => path.split('/').at(-1))).toEqual(['gate.js']);
    expect(statSync(loaded[0] as string).size).toBeLessThan(8000);
  });
});
