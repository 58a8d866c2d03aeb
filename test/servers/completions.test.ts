/** The completions in the shells that they are for, typed at a terminal, with the built program and a relay table. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installPackages } from './install.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const completions = join(root, 'completions');
const folder = mkdtempSync(join(tmpdir(), 'exact-completions-'));
const trap = join(folder, 'trap');
const environment = {
  PATH: `${folder}/bin:/usr/bin:/bin`,
  HOME: folder,
  TERM: 'dumb',
  LC_ALL: 'C.UTF-8',
  EXACT_CONFIG: join(folder, 'exact.conf'),
};

/** Who has logged in; one user is called what a shell would run. */
const users = {
  '198.51.100.7': 'alice@example.org',
  '2001:db8::10': 'bob',
  '203.0.113.9': `$(touch ${trap})`,
  '203.0.113.10': 'name with blanks',
};

beforeAll(() => {
  installPackages({ bash: 'bash', zsh: 'zsh', fish: 'fish', script: 'bsdutils' });
  mkdirSync(join(folder, 'bin'));
  symlinkSync(join(root, 'bin/exact'), join(folder, 'bin/exact'));
  symlinkSync(process.execPath, join(folder, 'bin/node'));
  mkdirSync(join(folder, 'logs'));
  writeFileSync(join(folder, 'logs/a mail.log'), '');
  writeFileSync(environment.EXACT_CONFIG, 'state state\noutput text relay.txt\nmaillog mail.log\n');
  const time = new Date().toISOString();
  const logins = Object.entries(users).map(([address, user]) => JSON.stringify({ time, address, user }));
  execFileSync('exact', ['update', '--logins', '-'], { env: environment, input: logins.join('\n') });
  execFileSync('exact', ['expire', '192.0.2.0/24', '--for', '1d'], { env: environment });
  execFileSync('exact', ['expire', '--user', 'mallory', '--for', '1d'], { env: environment });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** How each shell is started so that `show` completes as `exact` does, and prints its arguments in angle brackets. */
const shells = {
  bash: {
    start: `bash --noprofile --rcfile ${folder}/rc -i`,
    setUp: `source ${completions}/exact.bash; complete -F _exact show\nshow() { printf '<%s>' "$@"; echo; }\n`,
  },
  zsh: {
    start: `zsh --no-global-rcs -o NO_RCS -i`,
    setUp: `fpath=(${completions} $fpath); autoload -U compinit; compinit -D -u; compdef _exact show\nshow() { printf '<%s>' "$@"; echo; }\n`,
  },
  fish: {
    start: `fish --no-config --init-command 'source ${folder}/rc'`,
    setUp: `source ${completions}/exact.fish; complete -c show -w exact\nfunction show; printf '<%s>' $argv; echo; end\n`,
  },
};

/** Types lines into a shell at a terminal, and returns all that the terminal showed. */
function type(shell: keyof typeof shells, lines: readonly string[]): string {
  const { start, setUp } = shells[shell];
  writeFileSync(join(folder, 'rc'), setUp);
  const typed = `. ${folder}/rc\n${lines.map((line) => `${line}\n`).join('')}exit\n`;
  const run = spawnSync('script', ['-qec', start, '/dev/null'], {
    cwd: join(folder, 'logs'),
    encoding: 'utf8',
    env: environment,
    input: typed,
    timeout: 60_000,
  });
  return `${run.error ?? ''}${run.stdout}${run.stderr}`;
}
/** What is typed, and the arguments that come of it. */
const typed = [
  { keys: 'show te\t', want: '<test-rule>' },
  { keys: 'show he\t', want: '<help>' },
  { keys: 'show help te\t', want: '<help><test-rule>' },
  { keys: 'show completion z\t', want: '<completion><zsh>' },
  { keys: 'show dump --rev\t', want: '<dump><--revoked>' },
  { keys: 'show dump --color al\t', want: '<dump><--color><always>' },
  { keys: 'show parse a\t', want: '<parse><a mail.log>' },
  { keys: 'show update --logins a\t', want: '<update><--logins><a mail.log>' },
  { keys: 'show dump 198.51.100.\t', want: '<dump><198.51.100.7>' },
  { keys: 'show expire -v 2001:db8::\t', want: '<expire><-v><2001:db8::10>' },
  { keys: 'show expire --undo 192.\t', want: '<expire><--undo><192.0.2.0/24>' },
  { keys: 'show expire --undo --user m\t', want: '<expire><--undo><--user><mallory>' },
  { keys: 'show dump --user ali\t', want: '<dump><--user><alice@example.org>' },
  { keys: 'show dump --user n\t', want: '<dump><--user><name with blanks>' },
  { keys: 'show dump --user \\$\t', want: `<dump><--user><$(touch ${trap})>` },
  { keys: 'show parse --server dov\t', want: '<parse><--server><dovecot>' },
  { keys: 'show parse --since 1\t', want: '<parse><--since><1>' },
  // Only what goes with what is there: not --settings, which has a meaning by itself alone.
  { keys: 'show dump --by-user --se\t', want: '<dump><--by-user><--server>' },
  { keys: 'show dump --tsv --by-user --lim\t', want: '<dump><--tsv><--by-user><--limit>' },
];

describe.each(Object.keys(shells) as (keyof typeof shells)[])('%s', (shell) => {
  it('completes commands, options, choices, files, and what is in the relay table', () => {
    const screen = type(
      shell,
      typed.map(({ keys }) => keys),
    );
    const shown = [...screen.matchAll(/^(<.*>)\s*$/gm)].map(([, line]) => line);
    expect(shown, screen).toEqual(typed.map(({ want }) => want));
    expect(existsSync(trap)).toBe(false);
  });

  it('completes the program itself', () => {
    expect(type(shell, ['exact dump 198.51.100.\t'])).toContain('198.51.100.7: yes: alice@example.org');
  });
});
