/** Exit status 1 comes with a word of why, to people; and hints can be pasted as they are. */
import { spawnSync } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { dovecotLogin, MailHost, runBuilt } from './run-exact.ts';

const program = fileURLToPath(new URL('../../bin/exact', import.meta.url));
let host: MailHost;

beforeEach(async () => {
  host = new MailHost();
  expect(await host.run(['update'])).toEqual({ status: 0, stdout: '', stderr: '' });
});

async function logIn(): Promise<void> {
  writeFileSync(host.log, dovecotLogin('2026-11-22T10:10:00Z', 'alice', '192.0.2.10'));
  await host.run(['update']);
}

describe('exact dump, where there is nothing,', () => {
  it.each([
    { words: [], said: 'no address may relay now\n' },
    { words: ['--by-user'], said: 'no user may relay now\n' },
    { words: ['--revoked'], said: 'nothing is revoked or refused\n' },
    { words: ['--denied'], said: 'no relay refused in 60 min\n' },
  ])('says so on a terminal, and nothing to a pipe: $words', async ({ words, said }) => {
    const no = { status: 1, stdout: '', stderr: '' };
    expect(await host.run(['dump', ...words], { columns: 80 })).toEqual({ ...no, stdout: said });
    const rows = await host.run(['dump', ...words, '--json'], { columns: 80 });
    expect(rows).toEqual({ ...no, stderr: `exact: ${said}` });
    expect(await host.run(['dump', ...words])).toEqual(no);
    expect(await host.run(['dump', ...words, '--quiet'], { columns: 80 })).toEqual(no);
  });

  it('names the nearest rule where there is none of a name', async () => {
    await logIn();
    const { status, stderr } = await host.run(['dump', '--server', 'dovcot']);
    const said = "exact: --server: no rule is called 'dovcot'; did you mean dovecot?\n";
    expect({ status, stderr }).toEqual({ status: 1, stderr: said });
    expect((await host.run(['dump', '--server', 'cyrus'])).stderr).toBe('');
  });

  it('says that there is no state', () => {
    const state = join(host.folder, 'none', 'state');
    const ran = spawnSync(process.execPath, [program, 'dump', '-c', host.config, '--state', state], {
      encoding: 'utf8',
    });
    expect(ran).toMatchObject({ status: 1, stdout: '' });
    expect(ran.stderr).toBe(`exact: ${state}: no such file: no run has used it yet; is --state right?\n`);
  });

  it('names the user that was meant, as expire does', async () => {
    await logIn();
    const { status, stdout } = await host.run(['dump', '--user', 'Alice@example.org']);
    expect(status).toBe(1);
    expect(stdout).toBe("Alice@example.org: no address may relay now\n  did you mean 'alice' (1 address)?\n");
  });

  it('says after --undo what was', async () => {
    await logIn();
    await host.run(['expire', '--user', 'alice', '--for', '1h']);
    const asked = () => host.run(['dump', '--user', 'alice'], { now: '2026-11-22T10:13:00Z' });
    expect((await asked()).stdout).toContain('no address may relay now: revoked by ');
    await host.run(['expire', '--undo', '--user', 'alice']);
    expect((await asked()).stdout).toMatch(
      /now: was revoked by .*; the next login counts\n.*, was revoked 10:12:00/,
    );
    const { stdout } = await host.run(['dump', '192.0.2.10'], { now: '2026-11-22T10:13:00Z' });
    expect(stdout).toContain(', was revoked 10:12:00, 60 s ago; the next login counts\n');
  });
});

describe('what goes wrong', () => {
  it('is told of a map whose folder is not there', () => {
    writeFileSync(host.config, `maillog ${host.log}\noutput text none/relay.txt\n`);
    const { status, stderr } = runBuilt(host, ['update', '--rebuild']);
    expect(status).toBe(73);
    expect(stderr).toContain(`cannot publish: there is no folder ${host.folder}/none;`);
    const fix = new RegExp(`; install -d -o \\S+ -m 755 ${host.folder}/none\n$`);
    expect(stderr).toMatch(fix);
  });

  it('is told of standard output by its name', async () => {
    await logIn();
    const words = ['dump', '--tsv', '-c', host.config, '--state', join(host.folder, 'state')];
    const full = openSync('/dev/full', 'w');
    const ran = spawnSync(process.execPath, [program, ...words, '--now', '2026-11-22T10:12:00Z'], {
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    });
    const stderr = 'exact: standard output: cannot write: no space left on device\n';
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 74, stderr });
  });
});

describe('exact update --check', () => {
  it.each([
    ['timeout x', 'config'],
    ['maillog /none/mail.log', 'maillog'],
    ['output text none/relay.txt', 'map'],
  ])('has a fix for each FAIL: %s', (line, subject) => {
    writeFileSync(host.config, `${line}\n`);
    const { stdout } = runBuilt(host, ['update', '--check', '--json']);
    const findings = stdout.trimEnd().split('\n');
    const failed = findings.map((each) => JSON.parse(each)).filter(({ level }) => level === 'FAIL');
    expect(failed.map((each) => each.subject)).toContain(subject);
    expect(failed.filter(({ fix }) => fix === undefined)).toEqual([]);
  });
});

describe('a hint', () => {
  it('repeats the options that say what is worked with', () => {
    const { stdout } = runBuilt(host, ['expire', '--undo', '192.0.2.9']);
    const given = `-c ${host.config} --state ${join(host.folder, 'state')}`;
    expect(stdout).toBe(`not refused: 192.0.2.9; see exact dump ${given} --revoked\n`);
  });
});
