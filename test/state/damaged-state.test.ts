/** Whatever a file of the state holds, no run ends in a bug, what has expired leaves the maps, and the next run is whole. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExitStatus } from '../../src/exit-status.ts';
import { readCursors } from '../../src/state/cursors-file.ts';
import { readKnownTables } from '../../src/state/tables-file.ts';
import { isWhole, runsOf } from '../seeds.ts';
import { at, HostWithState, halfOpenAddress, type StateFile, tableKey } from './host-with-state.ts';

/** Each takes three runs of exact, with all that they sync. */
const runs = runsOf(33);

/** What a node of a file becomes; undefined: it is deleted. */
const otherValues = [undefined, null, true, 0, -1, 1.5, 1e300, '', 'x', [], [null], {}, { a: null }];

type Path = readonly (string | number)[];

/** Paths of all nodes of a JSON value. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const names = Array.isArray(value) ? value.keys() : Object.keys(value);
  const parts = [...names].flatMap((name) =>
    pathsIn((value as Record<string | number, unknown>)[name], [...path, name]),
  );
  return [path, ...parts];
}

/** Returns JSON text with another value, or none, at a path. */
function withOther(text: string, path: Path, other: unknown): string {
  const root = { root: JSON.parse(text) };
  const names: Path = ['root', ...path];
  const last = names.at(-1) ?? '';
  // biome-ignore lint/suspicious/noExplicitAny: whatever the file holds
  const parent = names.slice(0, -1).reduce((node: any, name) => node[name], root);
  if (other !== undefined) parent[last] = other;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return root.root === undefined ? '' : JSON.stringify(root.root);
}

/** Returns text with one of its lines damaged. */
function withDamagedLine(text: string, line: number, way: number, byte: string): string {
  const lines = text.split('\n');
  const number = line % lines.length;
  const old = lines[number] ?? '';
  const place = line % (old.length + 1);
  if (way === 0) lines.splice(number, 1);
  else if (way === 1) lines[number] = old.slice(0, place) + byte + old.slice(place + 1);
  else if (way === 2) lines[number] = old.slice(0, place);
  else if (way === 3) lines.splice(number, 0, old);
  else return lines.slice(0, number).join('\n') + old.slice(0, place);
  return lines.join('\n');
}

/** Hosts that share their table with others, and hosts that do not. */
const hostThat = { shares: HostWithState.sharing(true), doesNot: HostWithState.sharing(false) };

/** What the runs after 10:07:30 come to, and what the maps hold after all sessions have ended. */
async function live(host: HostWithState, first: 'update' | 'expire', isMisconfigured = false) {
  const ran = await host.run([first], at('10:08:00'));
  const whole = await host.update('10:09:00');
  const [addresses, position] = [host.addresses(), host.position()];
  if (isMisconfigured) host.misconfigure();
  const late = await host.update('11:45:00');
  return {
    first: ran.status,
    whole: whole.status,
    addresses,
    position,
    late: late.status,
    left: host.addresses(),
  };
}

/** A file of a host in another state, and whether the half-open login may be lost with it. */
interface Damaged {
  readonly host: HostWithState;
  readonly file: StateFile;
  readonly text: string;
  readonly hasNoHalf: boolean;
}

/** Ways to damage a file. */
function damages(file: StateFile, text: string, host: HostWithState): fc.Arbitrary<Damaged> {
  if (file === 'cursors' || file === 'tables') {
    return fc
      .tuple(fc.constantFrom(...pathsIn(JSON.parse(text))), fc.constantFrom(...otherValues))
      .map(([path, other]) => {
        // One that is no longer there, or is another, is none that anybody could know of.
        return { host, file, text: withOther(text, path, other), hasNoHalf: path[0] === 'pending' };
      });
  }
  const byte = fc.constantFrom('x', '\0', '\t', '9', ' ', '\n', '\ud800');
  return fc.tuple(fc.nat(1000), fc.nat(4), byte).map(([line, way, put]) => ({
    host,
    file,
    text: withDamagedLine(text, line, way, put),
    hasNoHalf: false,
  }));
}

describe('a state in which anything may stand', () => {
  it('is one that holds everything', async () => {
    const host = await hostThat.shares();
    const cursors = JSON.parse(readFileSync(host.file('cursors'), 'utf8'));
    const { pending, settings, problems, overLimit, crowded, sums, silence, maps, counters, refusedByHour } =
      cursors;
    expect([pending, Object.values(problems), Object.keys(maps)].map(({ length }) => length)).toEqual([
      1, 3, 2,
    ]);
    expect(overLimit).toEqual({ bob: 3 });
    expect(crowded).toEqual({ '192.0.2.50': 3 });
    expect(sums.users).toBe(6);
    expect(settings.outputs).toHaveLength(3);
    expect([settings.only, settings.users, settings.notUsers].map(({ length }) => length)).toEqual([2, 1, 1]);
    expect(silence.since).toBeGreaterThan(0);
    expect(Object.keys(counters).length * Object.keys(refusedByHour).length).toBeGreaterThan(0);
    expect(Object.values(cursors.lines)).toHaveLength(1);
    const { servers, begun, early } = cursors.sessions[host.log];
    expect([servers.length, begun.length > 0, early.length]).toEqual([1, true, 1]);
    expect(readFileSync(host.file('pairs'), 'utf8')).toContain('@');
    expect(readFileSync(host.file('history'), 'utf8')).toContain('mallory');
  });

  it(`lives on as a whole one does, ${runs} times with another value, line or none`, async () => {
    const hosts = [await hostThat.doesNot(), await hostThat.shares()] as const;
    const wanted = new Map<string, Awaited<ReturnType<typeof live>>>();
    for (const host of hosts) {
      for (const first of ['update', 'expire'] as const) {
        host.restore();
        wanted.set(host.folder + first, await live(host, first));
      }
    }
    const damage = fc.oneof(
      ...hosts.flatMap((host) => {
        host.restore();
        return host.files().map((file) => damages(file, readFileSync(host.file(file), 'utf8'), host));
      }),
    );
    const first = fc.constantFrom('update', 'expire');
    await fc.assert(
      fc.asyncProperty(
        damage,
        first,
        fc.boolean(),
        async ({ host, file, text, hasNoHalf }, command, isBroken) => {
          host.restore();
          host.replace(host.file(file), text);
          const lived = await live(host, command, isBroken);
          const want = wanted.get(host.folder + command) as typeof lived;
          // A line that is no revocation is told until somebody removes it.
          const status = (of: keyof typeof want & ('first' | 'whole' | 'late')) =>
            file === 'revoked' && lived[of] === ExitStatus.io ? want[of] : lived[of];
          const known = (one: typeof want) =>
            one.addresses.filter((address) => !hasNoHalf || address !== halfOpenAddress);
          expect({
            ...lived,
            first: status('first'),
            whole: status('whole'),
            late: isBroken ? lived.late : status('late'),
            addresses: known(lived),
          }).toEqual({
            ...want,
            late: isBroken ? ExitStatus.config : want.late,
            addresses: known(want),
            left: [],
          });
        },
      ),
      { numRuns: runs },
    );
  }, 600_000);

  it.each([
    {
      file: 'tables' as const,
      path: ['tables', tableKey],
      value: {},
      place: `tables.${tableKey}.revocations`,
    },
    { file: 'cursors' as const, path: ['pending'], value: [null], place: 'pending.0' },
    { file: 'cursors' as const, path: ['problems', 'x: y'], value: null, place: 'problems.x: y' },
    { file: 'cursors' as const, path: ['nextExpiry'], value: null, place: '' },
  ])(
    'is damaged where $file hold $value at $path, and nobody relays at last',
    async ({ file, path, value, place }) => {
      const host = await hostThat.shares();
      const text = readFileSync(host.file(file), 'utf8');
      host.replace(host.file(file), withOther(text, path, value));
      const { status, stderr } = await host.update('11:45:00');
      expect(status).toBe(ExitStatus.tryAgain);
      expect(stderr).toContain(`${host.file(file)}: ${place === '' ? 'has entries' : `'${place}' is not`}`);
      expect(host.addresses()).toEqual([]);
    },
  );

  it('is whole or damaged, whatever stands at each place of its JSON', async () => {
    const host = await hostThat.shares();
    for (const [name, read] of [
      ['cursors', readCursors],
      ['tables', readKnownTables],
    ] as const) {
      const path = host.file(name);
      const text = readFileSync(path, 'utf8');
      rmSync(path);
      for (const [place, node] of pathsIn(JSON.parse(text)).entries())
        for (const [number, other] of otherValues.entries()) {
          // In CI each value at each place.
          if (!isWhole && (place + number) % 4 > 0) continue;
          writeFileSync(path, withOther(text, node, other));
          expect(() => read(path), `${node.join('.')}: ${JSON.stringify(other)}`).not.toThrow();
        }
    }
  });
});

/** Something that is no regular file, under a path where one was. */
const irregular: Readonly<Record<string, (path: string) => void>> = {
  'a FIFO': (path) => execFileSync('mkfifo', [path]),
  'a directory': (path) => mkdirSync(join(path, 'with a file'), { recursive: true }),
  'a device': (path) => symlinkSync('/dev/zero', path),
};

/** All of them in CI, another one for each file where the tests are to be done while one waits. */
function irregularFor(file: StateFile): [string, (path: string) => void][] {
  const kinds = Object.entries(irregular);
  const files = ['pairs', 'cursors', 'history', 'tables', 'revoked'];
  return isWhole ? kinds : kinds.slice(files.indexOf(file) % kinds.length).slice(0, 1);
}

describe('what is no regular file, in the place of one of the state', () => {
  it.each(['pairs', 'cursors', 'history', 'tables'] as const)(
    '%s: is set aside, told, and stops no expiry',
    async (file) => {
      const host = await (file === 'tables' ? hostThat.shares() : hostThat.doesNot());
      const usual = file === 'tables' ? ExitStatus.tryAgain : ExitStatus.ok;
      for (const [kind, make] of irregularFor(file)) {
        host.restore();
        rmSync(host.file(file));
        make(host.file(file));
        const shown = await host.run(['dump', '192.0.2.10', '192.0.2.99'], at('10:08:00'));
        expect(shown.stderr).toContain(`${host.file(file)}: ${kind}, not a regular file`);
        expect(shown.stderr).toMatch(/exact update (sets it aside|rebuilds it)/);
        // The history is read when there is something to add.
        const first = at(file === 'history' ? '11:01:00' : '10:08:00');
        const { status, stderr } = await host.run(['expire'], first);
        expect(status).toBe(usual);
        expect(stderr).toContain(`${kind}, not a regular file: moved to ${host.file(file)}.corrupt-`);
        expect((await host.update('11:45:00')).status).toBe(usual);
        expect(host.addresses()).toEqual([]);
      }
    },
    60_000,
  );

  it('revoked: stays where it is, is told, and stops no expiry', async () => {
    const host = await hostThat.doesNot();
    for (const [kind, make] of irregularFor('revoked')) {
      host.restore();
      rmSync(host.file('revoked'));
      make(host.file('revoked'));
      const told = `${host.file('revoked')}: ${kind}, not a regular file; `;
      const fix = 'move it away, and repeat each exact expire that is to hold';
      const shown = await host.run(['dump', '192.0.2.10', '192.0.2.99'], at('10:08:00'));
      expect(shown.stderr).toContain(`${told}no revocation is known here; ${fix}`);
      const { status, stderr } = await host.run(['update'], at('11:45:00'));
      expect(status).toBe(ExitStatus.io);
      expect(stderr).toContain(
        `${told}no new login counts; what has expired is taken out all the same; ${fix}`,
      );
      expect(host.addresses()).toEqual([]);
      rmSync(host.file('revoked'), { recursive: true });
      expect((await host.update('11:46:00')).status).toBe(ExitStatus.ok);
    }
  });

  it('a FIFO is as good a lock as any file', async () => {
    const host = await hostThat.doesNot();
    rmSync(host.file('lock'));
    execFileSync('mkfifo', [host.file('lock')]);
    expect((await host.update('11:45:00')).status).toBe(0);
    expect(host.addresses()).toEqual([]);
  });
});

describe('what the last good settings lack', () => {
  it.each(['pgsql', 'none'])(
    'is no reason to keep an address in the maps: a table shared: %s',
    async (shared) => {
      const host = await (shared === 'pgsql' ? hostThat.shares() : hostThat.doesNot());
      const cursors = JSON.parse(readFileSync(host.file('cursors'), 'utf8'));
      const { timeout, outputs, state } = cursors.settings;
      host.replace(
        host.file('cursors'),
        JSON.stringify({ ...cursors, settings: { timeout, outputs, state } }),
      );
      host.misconfigure();
      const { status, stderr } = await host.update('11:45:00');
      expect(status).toBe(ExitStatus.config);
      expect(stderr).not.toContain('cursors');
      expect(host.addresses()).toEqual([]);
    },
  );
});
