/** One line of `exact update --logins`: a login as `exact parse` writes it, in JSON or as fields between tabs. */
import { isAddress, parseAddress } from '../relay/address.ts';
import type { Login } from '../relay/login.ts';
import { unescapeField, wellFormed } from '../terminal/escape.ts';

/** Clocks of two hosts may differ by so much; a login further ahead is refused. Seconds. */
const clockDifference = 120;

/** What a line says, of which nothing is known yet. */
type Fields = Readonly<Record<string, unknown>>;

/** Returns the login of a line, or the reason why it is none; `now` in Unix seconds. */
export function handedLogin(line: string, now: number): Login | { readonly reason: string } {
  const fields = line.startsWith('{') ? jsonFields(line) : rowFields(line);
  if (typeof fields === 'string') return { reason: fields };
  const text = (name: string) => {
    const value = fields[name];
    return typeof value === 'string' ? wellFormed(value) : '';
  };
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

function jsonFields(line: string): Fields | string {
  try {
    return JSON.parse(line);
  } catch {
    return 'not JSON; exact parse --json writes one object a line';
  }
}

/** Time, address, user and server, as `exact parse` writes them where nothing else is asked of it. */
function rowFields(line: string): Fields | string {
  const [time, address, user, server, ...more] = line.split('\t').map(unescapeField);
  if (server === undefined || more.length > 0)
    return 'neither JSON nor four fields between tabs, as exact parse writes them';
  return { time, address, user, server };
}
