/**
 * Failed logins, from the `failures.conf` of each server: somebody gave a wrong password. They open nothing; `exact dump`
 * tells of them, for whoever asks why an address may not relay. Stanzas are written as those of refusal-rules.ts, with the
 * groups `address`, `user` and `cause`, which is a word of the server's that tells that it knows no such user.
 */

import type { Chunk } from '../maillog/chunk.ts';
import type { Address } from '../relay/address.ts';
import texts from '../servers/*/failures.conf';
import type { Zone } from '../syslog/zone.ts';
import { RefusalReader } from './refusal-reader.ts';
import { type RefusalRule, refusalGroups, refusalRules } from './refusal-rules.ts';

/** A login that a server refused. */
export interface FailedLogin {
  /** When, by the log's own stamp: Unix seconds. */
  readonly time: number;
  /** The client, canonical. */
  readonly address: Address;
  /** As the client gave it; undefined where the server does not log a name that it does not know. */
  readonly user: string | undefined;
  /** By the name of the rule for its logins: `dovecot`. */
  readonly server: string;
  /** Whether the server says that there is no such user; most do not tell that from a wrong password. */
  readonly isUnknownUser: boolean;
}

/** Returns the rules for failed logins. They run on re2js: no line takes them longer than its length. */
export async function failureRules(): Promise<RefusalRule[]> {
  const { RE2JS } = await import('re2js');
  // Each server's part begins with its name, for texts whose stanzas have none.
  const stanzas = texts.replace(/^server \S+$/gm, '');
  return refusalRules({ stanzas, isWrittenTwice: false }, (expanded) => {
    const expression = RE2JS.compile(expanded, RE2JS.DOTALL);
    const names = refusalGroups.filter((name) => expanded.includes(`(?<${name}>`));
    return (message) => {
      const matcher = expression.matcher(message);
      if (!matcher.find()) return undefined;
      return Object.fromEntries(names.map((name) => [name, matcher.group(name) ?? undefined]));
    };
  });
}

/** Reads chunks of a log, in their order, and calls back for each failed login. */
type ReadFailures = (chunk: Chunk, take: (failed: FailedLogin) => void) => void;

/** Returns a reader; `zone` is of stamps that carry none, `connectWindow` in seconds. */
export function failureReader(
  rules: readonly RefusalRule[],
  zone: Zone,
  connectWindow: number,
): ReadFailures {
  const reader = new RefusalReader({ rules, ownLogs: [], zone, connectWindow });
  return (chunk, take) =>
    reader.read(chunk, ({ time, address, user, cause = '', mta: server }) => {
      const isUnknownUser = /not found|no such|invalid|unknown/i.test(cause);
      take({ time, address, user, server, isUnknownUser });
    });
}
