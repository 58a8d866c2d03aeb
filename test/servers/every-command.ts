/** Every command of the built program on real logs, as one history of a mail host, under a Node.js of one's choice. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '../temporary-folder.ts';
import { readmeBlocks } from './documented.ts';

const exact = fileURLToPath(new URL('../../bin/exact', import.meta.url));
const servers = fileURLToPath(new URL('../../src/servers', import.meta.url));

/** The sample logs were written before this. */
const now = '2026-11-22T10:12:00Z';

/** What a command came to. */
export interface Answer {
  readonly words: string;
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Returns the logs of the catalog: real ones, of every server. */
function sampleLogs(): string[] {
  return readdirSync(servers, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => join(servers, name));
}

/** What is asked of the host, in this order; `exact test-rule` and `parse` need no state. */
function questions(folder: string): (readonly string[])[] {
  const [log, large] = [join(folder, 'mail.log'), join(folder, 'large.log')];
  const [zpopd, rules] = [join(folder, 'zpopd.log'), join(folder, 'servers.conf')];
  const logs = sampleLogs();
  return [
    ['--version'],
    ['--help'],
    ['update', '--help'],
    ['completion', 'bash'],
    ['parse', ...logs],
    ['parse', '--json', ...logs],
    ['parse', '--invert', log],
    ['parse', '--count', '--since', '1h', `${log}.gz`],
    ['parse', '--count', large],
    ['update', '-v', '--dry-run'],
    ['update'],
    ['update', '--logins', '-'],
    ['update'],
    ['update', '--check', '--json'],
    ['dump'],
    ['dump', '--json'],
    ['dump', '--tsv'],
    ['dump', '--by-user'],
    ['dump', '--stats'],
    ['dump', '--maps'],
    ['dump', '--settings'],
    ['dump', '--path-unit'],
    ['dump', '198.51.100.7', '203.0.113.9'],
    ['dump', '--denied', '--log', log],
    ['expire', '--user', 'alice', '--for', '24h', '-v'],
    ['expire', '198.51.100.0/24', '--dry-run'],
    ['dump', '--revoked'],
    ['expire', '--user', 'alice', '--undo'],
    ['update', '--rebuild', '-v'],
    ['expire', '--all'],
    ['expire'],
    ['test-rule', log],
    ['test-rule', '--list'],
    ['test-rule', '--show', 'dovecot'],
    ['test-rule', '--unmatched', log],
    ['test-rule', '--server', 'zpopd', '--serverdefs', rules, '--forge', zpopd],
    ['test-rule', '--suggest', '--user', 'alice', '--user', 'bob', zpopd],
    ['test-rule', '--program', 'dovecot', '--match', '^imap-login: Login: user=<%{USER}>, %{ADDRESS}$', log],
  ];
}

/** Runs them all under a Node.js, and returns what each came to, with the names of the host's folder made alike. */
export async function runEveryCommand(node: string): Promise<Answer[]> {
  const folder = temporaryFolder();
  const log = join(folder, 'mail.log');
  copyFileSync(join(servers, 'dovecot/2.3.iso.log'), log);
  writeFileSync(`${log}.gz`, gzipSync(readFileSync(log)));
  // Most lines of large files are decided by the machine (WebAssembly).
  const large = join(folder, 'large.log');
  const sample = readFileSync(log);
  writeFileSync(
    large,
    Buffer.concat(Array.from({ length: Math.ceil(2 ** 25 / sample.length) }, () => sample)),
  );
  const [lines = '', stanza = ''] = readmeBlocks('Debugging a rule', '');
  writeFileSync(join(folder, 'zpopd.log'), lines);
  writeFileSync(join(folder, 'servers.conf'), stanza);
  const config = join(folder, 'exact.conf');
  const outputs = ['text relay.txt', 'cdb relay.cdb', 'cidr relay.cidr', 'iplsearch relay.ipl'];
  writeFileSync(
    config,
    [
      `maillog ${log}`,
      'timezone UTC',
      'timeout 7d',
      'sessions on',
      ...outputs.map((one) => `output ${one}`),
      '',
    ].join('\n'),
  );
  const login = JSON.stringify({ time: now, address: '203.0.113.9', user: 'alice\ud800', server: 'dovecot' });
  const ask = async (words: readonly string[], clock: readonly string[]): Promise<Answer> => {
    const isAlone = /^(?:--|completion)/.test(words[0] ?? '');
    const where = isAlone ? [] : ['-c', config, '--state', join(folder, 'state'), ...clock];
    const run = spawn(node, [exact, ...words, ...where], { env: { PATH: '/usr/bin:/bin', HOME: '/root' } });
    run.stdin.on('error', () => {});
    run.stdin.end(`${login}\n`);
    const [stdout, stderr, [status]] = await Promise.all([
      text(run.stdout),
      text(run.stderr),
      once(run, 'close'),
    ]);
    return {
      words: words
        .filter((word) => !word.startsWith(servers))
        .join(' ')
        .replaceAll(folder, '.'),
      status,
      stdout: stdout
        .replaceAll(folder, '.')
        .replaceAll(node, 'node')
        .replace(/(?<=exit 0, )[\d.]+ s/, 'some s'),
      stderr: stderr.replaceAll(folder, '.'),
    };
  };
  const answers: Answer[] = [];
  for (const words of questions(folder)) answers.push(await ask(words, ['--now', now]));
  // As cron calls it: the first leaves a note, by which the next passes.
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), new Date(now), new Date(now));
  for (const _run of [1, 2, 3]) answers.push(await ask(['update'], []));
  return answers;
}
