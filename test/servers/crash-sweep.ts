/**
 * Crash safety, call by call: for every file system call that `update` and `expire` make on a host's files, the
 * process is killed there, or the call fails (strace's fault injection). After each, the maps are the old ones
 * or the new ones, whole; and the next run, without a fault, makes everything right.
 *
 * `EXACT_SWEEP=all` tries every errno at every call; otherwise each call is killed, and fails with one errno.
 */
import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { CdbReader } from '../../src/cdb-ts/reader.ts';
import { memorySource } from '../../src/cdb-ts/source.ts';
import { dovecotLogin } from '../commands/run-exact.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { installPackages } from './install.ts';

const exact = new URL('../../bin/exact', import.meta.url).pathname;
const calls = [
  'openat',
  'read',
  'pread64',
  'write',
  'fsync',
  'fchmod',
  'fchown',
  'ftruncate',
  'close',
  'rename',
  'unlink',
];
const errors = ['ENOSPC', 'EIO', 'EROFS', 'EACCES'];
const tryEverything = process.env.EXACT_SWEEP === 'all';

/** Faults that are tried at a time, each on a host of its own: they wait for disks and for strace. */
const atATime = 2;

/** A call that the command makes on the host's files: its name and its number among calls of that name. */
interface Call {
  readonly name: string;
  readonly number: number;
  readonly line: string;
}

/** How a command ended: null for a status of one that was killed. */
interface Ended {
  readonly status: number | null;
  readonly stderr: string;
}

/** Runs a command to its end, in no environment. */
function ended([program = '', ...args]: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { env: {} }, (error, _, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve({ status: typeof code === 'number' ? code : null, stderr });
    });
  });
}

/** A host in a folder whose first login is published, and whose log holds a second. */
class Host {
  readonly folder: string;
  readonly #node: string;

  constructor(folder: string, node: string) {
    this.folder = folder;
    this.#node = node;
    mkdirSync(folder);
    writeFileSync(join(folder, 'mail.log'), dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.10'));
    writeFileSync(
      join(folder, 'exact.conf'),
      `maillog ${folder}/mail.log\ntimezone UTC\noutput text relay.txt\noutput cdb relay.cdb\n`,
    );
  }

  command(words: readonly string[]): string[] {
    const files = ['-c', join(this.folder, 'exact.conf'), '--state', join(this.folder, 'state')];
    return [this.#node, exact, ...words, ...files, '--now', '2026-11-22T10:10:00Z'];
  }

  run(words: readonly string[]): Promise<Ended> {
    return ended(this.command(words));
  }

  /**
   * Runs under strace with these options of it. Calls are counted over the whole process, and now and then the
   * fault meets one of Node's own (its pipe for signals, say), which hangs it: then it is killed, which is a
   * fault too.
   */
  async trace(
    options: readonly string[],
    words: readonly string[],
  ): Promise<Ended & { readonly trace: string }> {
    const trace = `${this.folder}.trace`;
    // timeout(1) kills its process group, and so what strace runs.
    const killer = ['timeout', '-s', 'KILL', '20'];
    const run = await ended([...killer, 'strace', '-o', trace, '-yy', ...options, ...this.command(words)]);
    return { ...run, trace: readFileSync(trace, 'utf8') };
  }

  /** The addresses of each map; a broken map throws. */
  maps(): { text: string[]; cdb: string[] } {
    const text = readFileSync(join(this.folder, 'relay.txt'), 'latin1');
    if (text !== '' && !text.endsWith('\n')) throw new Error('relay.txt is cut');
    const cdb = new CdbReader(memorySource(readFileSync(join(this.folder, 'relay.cdb'))));
    const keys = [...cdb.entries()].map(({ key }) => Buffer.from(key).toString());
    return { text: text.split('\n').filter(Boolean), cdb: keys };
  }
}

/** A command whose crashes are tried: what the maps hold before, and after the run that follows. */
export interface Swept {
  readonly command: readonly string[];
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** What is swept: a run that publishes, and one that revokes. */
export const sweptCommands: readonly [Swept, Swept] = [
  { command: ['update'], before: ['192.0.2.10'], after: ['192.0.2.10', '198.51.100.7'] },
  { command: ['expire', '192.0.2.10'], before: ['192.0.2.10'], after: [] },
];

/**
 * Kills a command at every call on its files, and lets each call fail; returns what was not survived.
 *
 * @param node - The Node.js that runs it.
 * @param isTried - Which calls, by name; all unless it is given.
 */
export async function sweep(
  { command, before, after }: Swept,
  node: string,
  isTried: (name: string) => boolean = () => true,
): Promise<string[]> {
  installPackages({ strace: 'strace' });
  const work = temporaryFolder();
  const hosts = await Promise.all(
    Array.from({ length: atATime }, (_, index) => prepare(join(work, `host${index}`), node)),
  );
  for (const { folder } of hosts)
    cpSync(folder, `${folder}.kept`, { recursive: true, preserveTimestamps: true });
  const wrong: string[] = [];
  let [tried, faults] = [0, 0];
  await Promise.all(
    hosts.map(async (host, share) => {
      const points = await callsOf(host, command);
      expect(points.length).toBeGreaterThan(30);
      const calls = points.filter(({ name }) => isTried(name));
      tried = calls.length;
      const all = calls.flatMap((call, index) => faultsAt(call, index));
      for (const { call, fault } of all.filter((_, index) => index % atATime === share)) {
        faults++;
        rmSync(host.folder, { recursive: true });
        cpSync(`${host.folder}.kept`, host.folder, { recursive: true, preserveTimestamps: true });
        const broken = await whatIsWrong(host, command, call, fault, before, after);
        if (broken !== undefined)
          wrong.push(`${fault} at ${call.name} ${call.number} (${call.line}): ${broken}`);
      }
    }),
  );
  console.log(`${command[0]}: ${faults} faults at ${tried} calls, ${wrong.length} not survived`);
  return wrong;
}

/** Makes a host with one published login, and a second in the log. */
async function prepare(folder: string, node: string): Promise<Host> {
  const host = new Host(folder, node);
  expect(await host.run(['update'])).toMatchObject({ status: 0, stderr: '' });
  appendFileSync(join(folder, 'mail.log'), dovecotLogin('2026-11-22T10:05:00Z', 'bob', '198.51.100.7'));
  return host;
}

/** Records the calls that a command makes on the host's files, each with its number among those of its name. */
async function callsOf(host: Host, command: readonly string[]): Promise<Call[]> {
  const { trace } = await host.trace(['-e', `trace=${calls.join(',')}`], command);
  const numbers = new Map<string, number>();
  const found: Call[] = [];
  for (const line of trace.split('\n')) {
    const name = /^(\w+)\(/.exec(line)?.[1];
    if (name === undefined || !calls.includes(name)) continue;
    const number = (numbers.get(name) ?? 0) + 1;
    numbers.set(name, number);
    if (line.includes(host.folder)) found.push({ name, number, line: line.slice(0, 120) });
  }
  return found;
}

function faultsAt(call: Call, index: number): { call: Call; fault: string }[] {
  const fitting = call.name === 'close' ? ['EIO'] : call.name.includes('read') ? ['EIO'] : errors;
  const tried = tryEverything ? fitting : [fitting[index % fitting.length] ?? 'EIO'];
  return [{ call, fault: 'signal=KILL' }, ...tried.map((error) => ({ call, fault: `error=${error}` }))];
}

/** Runs the command with the fault, then without; returns what is not as it should be. */
async function whatIsWrong(
  host: Host,
  command: readonly string[],
  { name, number }: Call,
  fault: string,
  before: readonly string[],
  after: readonly string[],
): Promise<string | undefined> {
  const faulty = await host.trace(
    ['-e', `trace=${name}`, '-e', `inject=${name}:${fault}:when=${number}`],
    command,
  );
  const isWhole = (addresses: readonly string[]) =>
    [before, after].some((wanted) => JSON.stringify(wanted) === JSON.stringify(addresses));
  try {
    const maps = host.maps();
    if (!isWhole(maps.text)) return `relay.txt has ${maps.text}`;
    if (!isWhole(maps.cdb)) return `relay.cdb has ${maps.cdb}`;
  } catch (error) {
    return `a map is broken: ${error}`;
  }
  const isOurs = faulty.trace
    .split('\n')
    .some((line) => line.endsWith('(INJECTED)') && line.includes(host.folder));
  if (isOurs && faulty.stderr.includes('a bug in exact')) return `the message is ${faulty.stderr}`;
  if (isOurs && fault.startsWith('error') && faulty.stderr.split('\n').length > 3)
    return `it says too much: ${faulty.stderr}`;
  const next = await host.run(command[0] === 'update' ? ['update'] : command);
  if (next.status !== 0 && !(command[0] === 'expire' && next.status === 1)) {
    return `the next run ended with ${next.status}: ${next.stderr}`;
  }
  const { text, cdb } = host.maps();
  if (JSON.stringify(text) !== JSON.stringify(after) || JSON.stringify(cdb) !== JSON.stringify(after)) {
    return `after the next run the maps have ${text} and ${cdb}`;
  }
  const strangers = readdirSync(host.folder).filter(
    (file) => !/^(mail\.log|exact\.conf|relay\.|state|\..*\.exact-new)/.test(file),
  );
  return strangers.length === 0 ? undefined : `it left ${strangers}`;
}
