/**
 * Which sessions the log shows to be open yet. Without `sessions on` nothing remembers them: the log is read back
 * from the login on.
 */

import { badRules, recognizerFor, wantedRules } from '../config/recognition.ts';
import { createScanner } from '../recognize/scan.ts';
import type { PastEntry } from '../state/history-file.ts';
import type { Table } from './open-table.ts';
import { type Logs, patience } from './search-logs.ts';

/** Returns since when (Unix seconds) each of some expired pairs has a session that the log shows no end of. */
export async function findOpenSessions(
  { settings, policy }: Table,
  logs: Logs,
  expired: readonly PastEntry[],
): Promise<Map<PastEntry, number>> {
  const asked = expired.filter(({ login }) => login > policy.now - settings.sessionLimit);
  const { rules, problems } = await wantedRules(settings);
  if (asked.length === 0 || badRules(problems).length > 0) return new Map();
  const recognizer = recognizerFor(settings, rules, { logouts: true });
  const scanner = createScanner(recognizer);
  const open = new Map<string, { readonly pair: PastEntry; readonly since: number }>();
  const isWhole = await logs.search({
    since: Math.min(...asked.map(({ login }) => login)),
    patience,
    take: (chunk) =>
      scanner.scan(chunk, (outcome) => {
        if (outcome.kind === 'logout') {
          if (outcome.logout.session !== undefined) open.delete(outcome.logout.session);
        } else if (outcome.kind === 'login') {
          const { session, address, user, time } = outcome.login;
          if (session === undefined) return;
          const pair = asked.find((one) => one.address === address && one.user === user);
          if (pair !== undefined) open.set(session, { pair, since: time });
        }
      }),
  });
  const since = new Map<PastEntry, number>();
  // What was not read may have the end.
  if (!isWhole) return since;
  for (const one of open.values()) since.set(one.pair, Math.min(one.since, since.get(one.pair) ?? one.since));
  return since;
}
