/** Tries to log in, with right passwords, wrong ones and hostile names, and whether Exact finds those that were let in. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { logIn, type MailLogin } from '../servers/mail-login.ts';
import { passwords, type Sid } from './sid.ts';

/** The address that the hostile names have in them, and no client. */
const forgedAddress = '203.0.113.66';

/** More would only take time: a server waits seconds before it says no. */
const mostForged = 3;

/** Texts that a client cannot say in one line, or a server of old cannot take. */
const longest = 200;

/** What is known of a login. */
interface Found {
  readonly server: string;
  readonly address: string;
  readonly user: string;
}

/** What came of the tries. */
export interface Tried {
  /** Those that the server let in, by its reply: its name, address and user. */
  readonly letIn: readonly string[];
  /** How many it refused. */
  readonly refused: number;
}

/** Logs in to a server by each of its protocols: two users, a wrong password, and names that look like its log lines. */
export async function tryToLogIn(
  sid: Sid,
  { name, protocols, hasIpv6 }: { name: string; protocols: readonly ('pop3' | 'imap')[]; hasIpv6: boolean },
): Promise<Tried> {
  const second = hasIpv6 ? '2001:db8::10' : '192.0.2.11';
  const tries = protocols.flatMap((protocol): MailLogin[] => [
    { protocol, source: '192.0.2.10', user: 'alice', password: passwords.alice },
    { protocol, source: second, user: 'bob', password: passwords.bob },
    { protocol, source: '198.51.100.66', user: 'alice', password: 'wrong', mayHangUp: true },
    ...hostileNames(name).map(
      (user): MailLogin => ({ protocol, source: '203.0.113.9', user, password: 'none', mayHangUp: true }),
    ),
  ]);
  const isLetIn = await logIn(sid.clients, tries);
  const letIn = tries.filter((_, index) => isLetIn[index]);
  // Else nothing would be tried here.
  expect(letIn.map(({ user }) => user)).toEqual(protocols.flatMap(() => ['alice', 'bob']));
  return {
    letIn: letIn.map(({ source, user }) => `${name}: ${source} ${user}`),
    refused: tries.length - letIn.length,
  };
}

/** What the server logs of a login, by its samples, as a name; each of another length. */
function hostileNames(server: string): string[] {
  const folder = new URL(`../../src/servers/${server}/`, import.meta.url);
  const rows = readdirSync(folder)
    .filter((file) => file.endsWith('.expected.jsonl'))
    .flatMap((file) => readFileSync(new URL(file, folder), 'utf8').trimEnd().split('\n'))
    .map((row) => JSON.parse(row) as { text: string; login: unknown; address?: string });
  const texts = rows.flatMap(({ text, login, address }) =>
    login === true && address !== undefined && text.includes(address)
      ? [text.replaceAll(address, forgedAddress)]
      : [],
  );
  const sayable = texts.filter((text) => /^[ -~]*$/.test(text) && text.length < longest);
  return [...new Map(sayable.map((text) => [text.length, text])).values()].slice(0, mostForged);
}

/**
 * Waits until Exact finds in a log each login that servers let in, and checks that it finds no other; returns this in
 * words.
 *
 * @param from - What `exact parse` reads: files, or nothing for the log that the host has.
 */
export async function expectFound(
  sid: Sid,
  tried: readonly Tried[],
  from: readonly string[],
): Promise<string> {
  const wanted = tried.flatMap(({ letIn }) => letIn).sort();
  const all = async () => {
    const printed = await sid.exact('parse', '--json', ...from);
    const found = printed
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Found)
      // A proxy's backend logs the proxy.
      .filter(({ address }) => address !== '127.0.0.1')
      .map(({ server, address, user }) => `${server}: ${address} ${user}`);
    expect(found.sort()).toEqual(wanted);
  };
  await vi.waitFor(all, { timeout: 20_000, interval: 1000 });
  const refused = tried.reduce((sum, each) => sum + each.refused, 0);
  return `finds each of ${wanted.length} logins, none in ${refused} refused`;
}
