/** The map files that the built program writes under a Node.js of one's choice. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const exact = fileURLToPath(new URL('../../bin/exact', import.meta.url));

/** The time of the logins. */
const now = '2026-11-22T10:12:00Z';

/** What runs a command with some text on standard input: this host, or a namespace. */
export type Runs = (
  command: readonly string[],
  input: string,
) => Promise<{ status: number | null; stderr: string }>;

/** Logins from addresses of both families. */
const logins = Array.from({ length: 240 }, (_none, index) => {
  const address = index % 3 === 0 ? `2001:db8:${index.toString(16)}::${index}` : `198.51.${index}.7`;
  return `${JSON.stringify({ time: now, address, user: `user${index % 40}`, server: 'dovecot' })}\n`;
}).join('');

/**
 * Publishes the same logins as each of these outputs, and reads the maps back.
 *
 * @param folder - An empty folder, which the maps come into.
 * @returns The digests of the files by their names, or what went wrong.
 */
export async function mapFiles(
  run: Runs,
  node: string,
  outputs: readonly string[],
  folder: string,
): Promise<Record<string, string>> {
  const config = join(folder, 'exact.conf');
  writeFileSync(config, `maillog /dev/null\n${outputs.map((output) => `output ${output}\n`).join('')}`);
  const where = ['-c', config, '--state', join(folder, 'state'), '--now', now];
  const before = new Set(readdirSync(folder));
  for (const words of [
    ['update', '--logins', '-'],
    ['dump', '--maps', '-q'],
  ]) {
    const { status, stderr } = await run(
      ['env', '-i', 'PATH=/usr/bin:/bin', node, exact, ...words, ...where],
      logins,
    );
    if (status !== 0 || stderr !== '') return { [words.join(' ')]: `${status}: ${stderr}` };
  }
  const made = readdirSync(folder).filter((name) => !before.has(name) && !/^state/.test(name));
  return Object.fromEntries(made.sort().map((name) => [name, digestOf(join(folder, name))]));
}

/** Each file of a database of the MTA's own is another: those have been read back, and hold what they should. */
function digestOf(path: string): string {
  return path.endsWith('.db') ? 'read back' : createHash('sha256').update(readFileSync(path)).digest('hex');
}
