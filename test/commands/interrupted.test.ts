/** What a run finds that did not come to its end, or that something else has damaged: no address stays, no login goes. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/main.ts';
import { OutputClosed } from '../../src/terminal/output.ts';
import { KeptHost, sharedHost } from './kept-host.ts';
import { dovecotLogin } from './run-exact.ts';

const at = (time: string) => ({ now: `2026-11-22T${time}Z`, env: { LOGNAME: 'root' } });
const login = (time: string, user: string, address: string) =>
  dovecotLogin(`2026-11-22T${time}Z`, user, address);
const handedOver = (user: string, address: string, server = 'dovecot') =>
  `${JSON.stringify({ time: '2026-11-22T10:05:30Z', address, user, server })}\n`;

let host: KeptHost;
const makeHost = sharedHost(
  () => new KeptHost(),
  async (host) => {
    appendFileSync(
      host.log,
      login('10:00:00', 'alice', '192.0.2.10') + login('10:01:00', 'bob', '192.0.2.11'),
    );
    await host.run(['update'], at('10:05:00'));
  },
);
const file = (name: string) => join(host.folder, name);
const relay = () => readFileSync(host.relay, 'utf8');

beforeEach(async () => {
  host = await makeHost();
});

describe('a revocation that was written and not carried out', () => {
  const revoked = 'exact-revoked 1\nuser\talice\t1795341930\t1795341930\troot\n';

  it('is carried out by the next run, though nothing new is in the log', async () => {
    writeFileSync(file('state.revoked'), revoked);
    await host.run(['update'], at('10:06:00'));
    expect(relay()).toBe('192.0.2.11\n');
  });

  it('leaves later runs idle once it is', async () => {
    await host.run(['expire', '--user', 'alice'], at('10:06:00'));
    const { ino } = statSync(file('state'));
    await host.run(['update'], at('10:07:00'));
    expect(statSync(file('state')).ino).toBe(ino);
  });
});

describe('a damaged state', () => {
  it.each([
    { name: 'expire', words: ['expire'] },
    { name: 'expire of a user', words: ['expire', '--user', 'alice'] },
    { name: 'a rehearsal', words: ['expire', '--dry-run'] },
  ])('does not stop $name', async ({ words }) => {
    host.replace(file('state'), 'damaged');
    const { stderr, status } = await host.run(words, at('10:06:00'));
    expect(status).toBeLessThan(2);
    expect(stderr).toContain('does not begin as a state file');
    expect(stderr).not.toContain('a bug');
  });

  it('lets nobody relay after expire, and everybody again after the next update', async () => {
    host.replace(file('state'), 'damaged');
    await host.run(['expire'], at('10:06:00'));
    expect(relay()).toBe('');
    await host.run(['update'], at('10:07:00'));
    expect(relay()).toBe('192.0.2.10\n192.0.2.11\n');
  });

  it('is as good as none where the configuration cannot be used', async () => {
    appendFileSync(host.config, 'time-out 1h\n');
    host.replace(file('state'), 'damaged');
    const { status, stderr } = await host.run(['update'], at('10:06:00'));
    expect(status).toBe(78);
    expect(stderr).not.toContain('a bug');
    expect(relay()).toBe('');
  });

  it('costs none of the logins that are handed over, nor those of the log', async () => {
    host.replace(file('state'), 'damaged');
    const stdin = handedOver('carol', '198.51.100.9');
    await host.run(['update', '--logins', '-'], { ...at('10:06:00'), stdin });
    expect(relay()).toBe('198.51.100.9\n');
    await host.run(['update'], at('10:07:00'));
    expect(relay()).toBe('192.0.2.10\n192.0.2.11\n198.51.100.9\n');
  });
});

it('reads the log back after expire has met a state without pairs', async () => {
  rmSync(file('state'));
  await host.run(['expire'], at('10:06:00'));
  await host.run(['update'], at('10:07:00'));
  expect(relay()).toBe('192.0.2.10\n192.0.2.11\n');
});

it('forgets no table for logins that are handed over', async () => {
  const stdin = handedOver('carol', '198.51.100.9');
  const { status } = await host.run(['update', '--rebuild', '--logins', '-'], { ...at('10:06:00'), stdin });
  expect(status).toBe(64);
  expect(relay()).toBe('192.0.2.10\n192.0.2.11\n');
});

it('shows no control byte of a login that is handed over', async () => {
  const stdin = handedOver('car\u001b[1mol', '198.51.100.9', 'x\u001b[31m\ny');
  const ran = await host.run(['update', '-v', '--logins', '-'], { ...at('10:06:00'), stdin });
  const asked = await host.run(['dump', '198.51.100.9'], at('10:06:00'));
  expect(ran.stdout).toContain('car\\x1b[1mol (x\\x1b[31m\\ny)');
  expect(asked.stdout).toContain('car\\x1b[1mol (x\\x1b[31m\\ny)');
});

it('saves the cursors though metrics cannot be written, and tells it once', async () => {
  appendFileSync(host.config, 'metrics nowhere/exact.prom\n');
  const first = await host.run(['update'], at('10:06:00'));
  expect(first.status).toBe(73);
  expect(first.stderr).toContain('exact.prom: cannot write: there is no folder');
  const second = await host.run(['update'], at('10:07:00'));
  expect(second).toEqual({ status: 73, stdout: '', stderr: '' });
});

it('saves the cursors though the history cannot be kept', async () => {
  symlinkSync('state.history', file('state.history'));
  const first = await host.run(['update'], at('10:31:30'));
  expect(first.status).toBe(66);
  expect(first.stderr).toContain('state.history: cannot read: too many symbolic links');
  expect(await host.run(['update'], at('10:32:00'))).toEqual({
    status: 0,
    stdout: '',
    stderr: expect.stringContaining('recovered'),
  });
});

it('does not say that maps are published where one is not', async () => {
  rmSync(host.relay);
  mkdirSync(join(host.relay, 'in the way'), { recursive: true });
  const { stdout, status } = await host.run(['expire', '192.0.2.10'], at('10:06:00'));
  expect(stdout).toBe('revoked 1 address (192.0.2.10)\n');
  expect(status).toBe(74);
});

it('revokes nobody for an empty name', async () => {
  const { status } = await host.run(['expire', '--user', '', '--for', '24h'], at('10:06:00'));
  expect(status).toBe(64);
  expect(existsSync(file('state.revoked'))).toBe(false);
});

it('tells of one user how long that user may relay, not who else is there', async () => {
  appendFileSync(host.log, login('10:05:30', 'bob', '192.0.2.10'));
  await host.run(['update'], at('10:06:00'));
  const { stdout } = await host.run(['dump', '--user', 'alice'], at('10:06:00'));
  expect(stdout).toBe('192.0.2.10: yes: alice (dovecot), login 10:00:00, until 10:30:00 (24 min)\n');
});

describe('standard output that fails', () => {
  const runInto = (words: string[], error: Error) =>
    main([...words, '-c', host.config, '--state', file('state')], {
      env: {},
      clock: () => Date.parse('2026-11-22T10:31:30Z'),
      stdin: Readable.from([]),
      stdout: {
        isTerminal: false,
        columns: undefined,
        write: () => {
          throw error;
        },
        writeBytes: () => {
          throw error;
        },
        flush: () => {
          throw error;
        },
      },
      tell: () => {},
    });

  it.each([
    { name: 'a reader that has gone', error: new OutputClosed(), want: 0 },
    {
      name: 'a full disk',
      error: Object.assign(new Error(), { code: 'ENOSPC', syscall: 'write' }),
      want: 74,
    },
  ])('$name stops no expiry', async ({ error, want }) => {
    expect(await runInto(['update', '-v'], error)).toBe(want);
    expect(relay()).toBe('');
  });

  it('takes back no exit status', async () => {
    expect(await runInto(['dump', '192.0.2.10'], new OutputClosed())).toBe(0);
    expect(await runInto(['parse', '-q', file('nothing')], new OutputClosed())).toBe(66);
  });
});
