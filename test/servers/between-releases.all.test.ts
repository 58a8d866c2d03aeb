/**
 * State between releases: what the release before has written is read by this one, and the other way round, as an upgrade
 * and a downgrade have it. The one before is built from its commit, so this wants the project's history.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { dovecotLogin, MailHost } from '../commands/run-exact.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** The last commit before the bundle ran on Node.js 18; once there is a release, that of the newest. */
const before = 'cd8d47f10322913729fc02819fe301d3494c5eb1';

const root = fileURLToPath(new URL('../..', import.meta.url));
const now = '2026-11-22T10:12:00Z';

/** Builds the release before into a folder, and returns its launcher. */
function buildBefore(): string {
  const folder = join(temporaryFolder(), 'before');
  const archive = execFileSync('git', ['archive', '--prefix=before/', before], {
    cwd: root,
    maxBuffer: 1 << 28,
  });
  execFileSync('tar', ['-x', '-C', join(folder, '..')], { input: archive });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  execFileSync('node', ['scripts/build.js'], { cwd: folder });
  return join(folder, 'bin/exact');
}

/** Runs one of them on a host; throws unless it says nothing on standard error and ends with 0. */
function run(program: string, host: MailHost, ...words: string[]): string {
  const where = ['-c', host.config, '--state', join(host.folder, 'state'), '--now', now];
  const { status, stdout, stderr } = spawnSync('node', [program, ...words, ...where], { encoding: 'utf8' });
  if (status !== 0 || stderr !== '') throw new Error(`${words.join(' ')}: ${status}: ${stderr}`);
  return stdout;
}

it('table, cursors and revocations go from one release to the other and back', () => {
  const ours = join(root, 'bin/exact');
  const theirs = buildBefore();
  for (const [first, second] of [
    [theirs, ours],
    [ours, theirs],
  ] as const) {
    const host = new MailHost('sessions on');
    const login = (user: string, address: string) =>
      appendFileSync(host.log, dovecotLogin('2026-11-22T10:10:00Z', user, address));
    login('alice', '192.0.2.10');
    login('bob', '2001:db8::7');
    login('carol', '198.51.100.9');
    run(first, host, 'update');
    run(first, host, 'expire', '--user', 'carol', '--for', '24h');
    const table = run(first, host, 'dump', '--json');
    expect(run(second, host, 'dump', '--json')).toBe(table);
    // Nothing is read twice, and who was revoked stays out.
    login('carol', '198.51.100.10');
    login('dave', '203.0.113.5');
    expect(run(second, host, 'update', '-v')).toMatch(/203\.0\.113\.5/);
    expect(readFileSync(host.relay, 'utf8').trim().split('\n').sort()).toEqual([
      '192.0.2.10',
      '2001:db8::7',
      '203.0.113.5',
    ]);
    // Rebuilt from the log it says the same, revocations and all; and the first goes on with what the second left.
    run(second, host, 'update', '--rebuild');
    run(first, host, 'update');
    expect(readFileSync(host.relay, 'utf8')).not.toMatch(/198\.51\.100/);
    expect(run(first, host, 'dump', '--revoked')).toMatch(/carol/);
  }
}, 120_000);
