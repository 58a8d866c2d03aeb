/** `exact update --logins`: logins that `exact parse --json` found, perhaps on another host, one JSON object a line. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { ExitStatus } from '../exit-status.ts';
import { errnoOf, type Problem } from '../problem.ts';
import { isAddress, parseAddress } from '../relay/address.ts';
import type { Login } from '../relay/login.ts';
import type { LoginSource } from './login-source.ts';
import { readingTrouble } from './reading-trouble.ts';

/** A line longer than this is no login. Bytes. */
const longestLine = 64 * 1024;

/** Clocks of two hosts may differ by so much; a login further ahead is refused. Seconds. */
const clockDifference = 120;

/** Returns logins that are handed over in a file, or on standard input (`-`). */
export function handedOverLogins(file: string): LoginSource {
  const source = file === '-' ? 'standard input' : file;
  return {
    names: [source],
    // Of standard input there is no second time, and a file may be gone as well.
    isRepeatable: false,
    isRebuild: false,
    async readInto(batch, context, outcomes) {
      const { invocation } = context;
      let lines = 0;
      try {
        for await (const line of linesOf(file === '-' ? invocation.world.stdin : createReadStream(file))) {
          lines++;
          const login = line.trim() === '' ? undefined : parseLogin(line, invocation.now);
          if (login === undefined) continue;
          if ('reason' in login) {
            invocation.report(badLine(`${source}:${lines}`, login.reason));
            continue;
          }
          const refusal = batch.login(login);
          if (refusal !== undefined) outcomes.refuse(login, refusal);
        }
      } catch (error) {
        if (errnoOf(error) === undefined) throw error;
        // Told at once, not once an hour: somebody hands them over, and waits for what becomes of them.
        const consequence = 'no more logins are taken; the run goes on';
        invocation.report(readingTrouble(error, source, consequence));
        return { lines, isIncomplete: true, progress: undefined };
      }
      return { lines, isIncomplete: false, progress: undefined };
    },
  };
}

/** A bad line is told and costs no other. */
function badLine(where: string, why: string): Problem {
  return {
    status: ExitStatus.data,
    where,
    what: 'is no login',
    why,
    consequence: 'passed over; the other lines count',
  };
}

/** Lines end at byte 0x0A and nowhere else; `readline` ends them at U+2028 too. */
async function* linesOf(input: Readable): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const piece of input) {
    let bytes = rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, Buffer.from(piece)]);
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a)) {
      yield bytes.toString('utf8', 0, end);
      bytes = bytes.subarray(end + 1);
    }
    // What has no end is no login: its beginning is enough to say so.
    rest = bytes.length > longestLine ? bytes.subarray(0, longestLine) : bytes;
  }
  if (rest.length > 0) yield rest.toString('utf8');
}

/** Returns the login of a line, or the reason why it is none. */
function parseLogin(line: string, now: number): Login | { readonly reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { reason: 'not JSON; exact parse --json writes one object a line' };
  }
  if (typeof value !== 'object' || value === null) return { reason: 'not an object' };
  const fields = value as Record<string, unknown>;
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name].toWellFormed() : '');
  const address = parseAddress(text('address'));
  if (!isAddress(address)) return { reason: `address '${text('address')}': ${address.reason}` };
  if (text('user') === '') return { reason: "'user' is missing" };
  const stamp = text('time');
  const time = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(stamp)
    ? Math.floor(Date.parse(stamp) / 1000)
    : Number.NaN;
  if (Number.isNaN(time)) return { reason: `time '${stamp}' is not RFC 3339` };
  if (time > now + clockDifference) return { reason: `time '${stamp}' lies ahead of this host's clock` };
  return {
    time,
    address,
    user: text('user'),
    server: text('server') || 'logins',
    host: text('host'),
    program: text('program'),
    pid: text('pid'),
    source: text('source'),
    line: typeof fields.line === 'number' ? fields.line : 0,
  };
}
