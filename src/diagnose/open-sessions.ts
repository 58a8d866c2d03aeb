/**
 * Which sessions the log shows to be open yet. Without `sessions on` nothing remembers them: the log is read back
 * from the login on.
 */

import { badRules, recognizerFor, wantedRules } from '../config/recognition.ts';
import { createScanner } from '../recognize/scan.ts';
import type { Login } from '../relay/login.ts';
import { noSessions, SessionMemory } from '../relay/session-memory.ts';
import type { PastEntry } from '../state/history-file.ts';
import type { Table } from './open-table.ts';
import { type Logs, patience } from './search-logs.ts';

/**
 * Returns since when (Unix seconds) each of some expired pairs has a session that the log shows no end of, where it shows
 * ends of others: without these none would have been opened.
 */
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
  const found: { readonly pair: PastEntry; readonly login: Login; readonly memory: SessionMemory }[] = [];
  const memories = new Map<string, SessionMemory>();
  const isWhole = await logs.search({
    since: Math.min(...asked.map(({ login }) => login)),
    patience,
    take: (chunk, maillog) => {
      const memory = memories.get(maillog) ?? new SessionMemory(noSessions);
      memories.set(maillog, memory);
      scanner.scan(chunk, (outcome) => {
        if (outcome.kind === 'logout') memory.end(outcome.logout);
        if (outcome.kind !== 'login') return;
        const { login } = outcome;
        memory.begin(login);
        const pair = asked.find((one) => one.address === login.address && one.user === login.user);
        if (pair !== undefined) found.push({ pair, login, memory });
      });
    },
  });
  const since = new Map<PastEntry, number>();
  // What was not read may have the end.
  if (!isWhole) return since;
  for (const { pair, login, memory } of found) {
    if (memory.isOpen(login)) since.set(pair, Math.min(login.time, since.get(pair) ?? login.time));
  }
  return since;
}
