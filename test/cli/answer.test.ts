/** What the program answers itself, and what it says of a slip; of each kind one is asked of the built program too. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Ran, runExact } from '../commands/run-exact.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const wordsOf = (line: string) => line.split(' ').filter((word) => word !== '');
const exact = (line: string) => runExact(wordsOf(line));

function built(line: string): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${root}/bin/exact`, ...wordsOf(line)], {
    encoding: 'utf8',
    env: {},
  });
  return { status: status ?? -1, stdout, stderr };
}

describe('exact', () => {
  it.each(['', 'help', '--help', '-h', '-v --help'])('shows its help: %s', async (line) => {
    const shown = await exact(line);
    expect(shown).toMatchObject({ status: 0, stderr: '' });
    expect(shown.stdout).toContain('Usage: exact COMMAND');
    for (const part of ['dump [ADDRESS...]', 'test-rule', 'help [COMMAND]', 'completion SHELL', '-V'])
      expect(shown.stdout).toContain(part);
  });

  it.each(['help dump', 'dump --help', 'dump -h', 'dump --reovked --help', '--json dump --user -h'])(
    'shows the help of a command: %s',
    async (line) => {
      const shown = await exact(line);
      expect(shown).toMatchObject({ status: 0, stderr: '' });
      expect(shown.stdout).toContain('Usage: exact dump [--user NAME]');
      expect(shown.stdout).toContain('--settings');
    },
  );

  it.each([60, 80, 120])(
    'shows each form of a command line under the other, in %d columns',
    async (columns) => {
      for (const command of ['parse', 'update', 'expire', 'dump', 'test-rule']) {
        const { stdout } = await runExact([command, '--help'], { columns });
        const [usage = ''] = stdout.split('\n\n');
        const [first = '', ...others] = usage.split('\n');
        expect(first).toMatch(new RegExp(`^Usage: exact ${command} `));
        expect(others.length).toBeGreaterThan(0);
        for (const line of others) expect(line).toMatch(/^ {3}or: exact \S|^ {13}\S/);
        for (const line of usage.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
      }
    },
  );

  it('shows in brackets what may be left out, and nothing else', async () => {
    const lines = (await exact('help update')).stdout.replace(/\s+/g, ' ');
    expect(lines).toContain(
      'exact update --permit ADDRESS --user NAME --for DURATION [--dry-run] [--note TEXT]',
    );
  });

  it.each(['--version', '-V', 'dump -V'])('says its version: %s', async (line) => {
    const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
    expect(await exact(line)).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    ['bash', 'exact.bash'],
    ['zsh', '_exact'],
    ['fish', 'exact.fish'],
  ])('prints the completions for %s', async (shell, file) => {
    const stdout = readFileSync(`${root}/completions/${file}`, 'utf8');
    expect(await exact(`completion ${shell}`)).toEqual({ status: 0, stdout, stderr: '' });
  });

  it.each([
    ['dmup', 'dmup: unknown command; did you mean dump?'],
    ['dump --reovked', '--reovked: unknown option; did you mean --revoked?'],
    ['dump --rev', '--rev: unknown option; did you mean --revoked?'],
    ['dump -maps', '-maps: unknown option; did you mean --maps?'],
    ['dump --permit 192.0.2.7', '--permit: is no option of exact dump; it is one of exact update'],
    ['update --sinc 1h', '--sinc: unknown option; see exact update --help'],
    [
      'expire --since 1h',
      '--since: is no option of exact expire; it is one of exact parse, exact dump, exact test-rule',
    ],
    ['dump -x', '-x: unknown option; see exact dump --help'],
    ['dump --sort lft', "--sort: does not take 'lft'; did you mean left?"],
    [
      'dump --sort size',
      "--sort: does not take 'size'; write one of: address, user, server, left, login, logins",
    ],
    ['dump --limit', '--limit: needs a value; write --limit N'],
    ['dump --limit --json', '--limit: needs a value; write --limit N'],
    ['dump --limit -1', "--limit: '-1' is not a whole number"],
    ['dump --limit 1 --limit 2', '--limit: is given twice; leave out one of them'],
    ['dump --json=yes', '--json: takes no value; write --json alone'],
    ['update mail.log', 'mail.log: exact update takes options only; see exact update --help'],
    [
      '-v',
      '-v: is not a command; begin with one of: parse, update, expire, dump, test-rule, help, completion',
    ],
    ['help dmup', 'dmup: unknown command; did you mean dump?'],
    ['completion', 'completion: needs the name of one shell; add bash, zsh, fish'],
    ['completion fsih', 'fsih: unknown shell; did you mean fish?'],
    ['constructor', /^exact: constructor: unknown command; it is one of: parse, /],
  ])('says of %s what is wrong and what was meant', async (line, said) => {
    const { stderr, ...ran } = await exact(line);
    expect(ran).toEqual({ status: 64, stdout: '' });
    if (typeof said === 'string') expect(stderr).toBe(`exact: ${said}\n`);
    else expect(stderr).toMatch(said);
  });

  it.each(['', 'dump --help', '-V', 'completion zsh', 'dmup', 'dump --sort lft'])(
    'answers the same where it is built: %s',
    async (line) => {
      expect(built(line)).toEqual(await exact(line));
    },
  );
});
