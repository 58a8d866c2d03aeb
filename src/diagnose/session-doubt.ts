/** Whether the logs of a server let its logins open sessions, in the words of `dump` and `--check`. */
import { doMatch, type SavedEnds, unmatchedOf } from '../relay/end-counts.ts';
import type { SavedRun } from '../state/cursors-file.ts';
import { countWords, numberWords } from '../terminal/words.ts';
import type { Table } from './open-table.ts';

/** What the ends of a server's sessions come to. */
export interface SessionFacts {
  /** Whether a login of it opens a session. */
  readonly isTrusted: boolean;
  /** `3 of its last 1,000 ends matched no session`. */
  readonly text: string;
}

/** Returns what the logs have shown of a server's sessions. */
export function sessionFacts({ sessions }: Pick<SavedRun, 'sessions'>, server: string): SessionFacts {
  const all = Object.values(sessions).flatMap(({ servers }) =>
    servers.filter((one) => one.server === server),
  );
  // Of several hosts and logs one is told: one that is trusted, or else one of which most is known.
  const [known] = [...all].sort((a, b) => Number(isTrusted(b)) - Number(isTrusted(a)) || b.ends - a.ends);
  if (known === undefined) return { isTrusted: false, text: `no end of a ${server} session in the log yet` };
  const { unmatched, of } = unmatchedOf(known);
  const isUnnamed = known.kinds.every((kind) => kind === 'none');
  const matched =
    of === 1
      ? `the only end of ${server} so far matched ${unmatched === 0 ? 'a' : 'no'} session`
      : `${numberWords(unmatched)} of the last ${countWords(of, 'end')} of ${server} matched no session`;
  const text = isUnnamed ? `the log of ${server} does not say which session ends` : matched;
  return { isTrusted: isTrusted(known), text };
}

function isTrusted(server: SavedEnds): boolean {
  return doMatch(server) && server.kinds.some((kind) => kind !== 'none');
}

/** Returns a note that a server's logins count for `timeout` alone, though sessions are to count; undefined if not. */
export function sessionDoubt(table: Table, server: string): string | undefined {
  if (!table.settings.sessions) return undefined;
  const { isTrusted, text } = sessionFacts(table.saved(), server);
  return isTrusted ? undefined : `its session does not count: ${text}`;
}
