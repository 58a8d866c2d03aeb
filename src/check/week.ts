/** The last week of the mail logs as every rule reads it, wanted or not: which servers log here at all? */
import { recognizerFor, wantedRules } from '../config/recognition.ts';
import type { Settings } from '../config/settings.ts';
import { zoneOf } from '../config/time-zone.ts';
import type { Invocation } from '../host/invocation.ts';
import type { Chunk } from '../maillog/chunk.ts';
import { readMaillog } from '../maillog/read-maillog.ts';
import { Failure } from '../problem.ts';
import type { Outcome } from '../recognize/outcome.ts';
import { createScanner, type Scanner } from '../recognize/scan.ts';
import { lineStamps } from '../syslog/line-stamp.ts';

/** How far back the logs are looked at for servers. Seconds. */
const weekSeconds = 7 * 86_400;

/** What servers have logged in a week. */
export interface ServersOfWeek {
  /** Names of the servers that there are rules for. */
  readonly servers: readonly string[];
  /** Logins, by the name of the server's rules. */
  readonly logins: ReadonlyMap<string, number>;
  /** Servers of which a rule has read a line, be it a login, a session's end or something refused. */
  readonly read: ReadonlySet<string>;
}

/** Reads the last week of every log; what keeps a log from being read is told of its last day. */
export async function readWeek({ now }: Invocation, settings: Settings): Promise<ServersOfWeek> {
  const { rules } = await wantedRules(settings, ['auto']);
  const names = [...new Set(rules.map(({ name }) => name))];
  const counts = new WeekCounts(
    names,
    now - weekSeconds,
    createScanner(recognizerFor(settings, rules, { takesAnyTime: true })),
  );
  const stampOf = lineStamps(zoneOf(settings));
  const options = { now, lookback: weekSeconds, rebuild: true, countLines: false, stampOf };
  for (const maillog of settings.maillogs) {
    try {
      const reading = await readMaillog(maillog, undefined, options);
      for await (const chunk of reading.chunks()) counts.take(chunk);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  return counts;
}

class WeekCounts implements ServersOfWeek {
  readonly logins = new Map<string, number>();
  readonly read = new Set<string>();
  readonly servers: readonly string[];
  readonly #since: number;
  readonly #scanner: Scanner;

  constructor(servers: readonly string[], since: number, scanner: Scanner) {
    this.servers = servers;
    this.#since = since;
    this.#scanner = scanner;
  }

  /** Takes the lines of a chunk; reading may have begun before the week. */
  take(chunk: Chunk): void {
    this.#scanner.scan(chunk, (outcome) => this.#count(outcome));
  }

  #count(outcome: Outcome): void {
    if (outcome.kind === 'login') {
      const { server, time } = outcome.login;
      if (time < this.#since) return;
      this.read.add(server);
      this.logins.set(server, (this.logins.get(server) ?? 0) + 1);
    } else if (outcome.kind === 'logout') this.read.add(outcome.logout.server);
    else if (outcome.kind !== 'conflict') this.read.add(outcome.rule);
  }
}
