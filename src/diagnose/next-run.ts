/** What the next run will make of the unread end of the log, told before it runs. */

import { badRules, recognizerFor, wantedRules } from '../config/recognition.ts';
import { createScanner } from '../recognize/scan.ts';
import { Batch } from '../relay/batch.ts';
import type { Entry } from '../relay/entry.ts';
import type { Login } from '../relay/login.ts';
import type { Network } from '../relay/network.ts';
import type { Refusal } from '../relay/refusal.ts';
import { LogMemory } from '../run/log-memory.ts';
import type { Look, Table } from './open-table.ts';
import { type Logs, patience } from './search-logs.ts';

/** A login that waits in the log and will not count. */
export interface WaitingRefusal {
  readonly login: Pick<Login, 'user' | 'time'>;
  readonly refusal: Refusal;
}

/** The table as the next run will leave it. */
export interface NextRun {
  visit(take: (entry: Entry) => void): void;
  visitNetworks(networks: readonly Network[], take: (entry: Entry) => void): void;
  /** Of each address the newest login that will be refused. */
  readonly refused: ReadonlyMap<string, WaitingRefusal>;
}

/** More are not worth remembering: an attacker may make them up. */
const mostRefused = 10_000;

/** Reads the unread end of the logs; undefined where nothing in it changes the table, or no rule can be used. */
export async function lookAhead(table: Table, logs: Logs): Promise<NextRun | undefined> {
  const { settings, policy } = table;
  const { rules, problems } = await wantedRules(settings);
  if (badRules(problems).length > 0) return undefined;
  const saved = table.saved();
  const { pending, entries } = saved;
  const recognizer = recognizerFor(settings, rules, { logouts: settings.sessions });
  recognizer.importHalfOpen(pending);
  const scanner = createScanner(recognizer);
  const batch = new Batch(policy);
  const refused = new Map<string, WaitingRefusal>();
  const memories = new Map<string, LogMemory>();
  const memoryOf = (maillog: string) => {
    const memory = memories.get(maillog) ?? new LogMemory(maillog, saved, recognizer, settings.sessions);
    memories.set(maillog, memory);
    return memory;
  };
  await logs.search({
    patience,
    take: (chunk, maillog) => {
      const memory = memoryOf(maillog);
      scanner.scan(chunk, (outcome) => {
        if (outcome.kind === 'logout') memory.logout(outcome, batch);
        if (outcome.kind !== 'login') return;
        const { login } = outcome;
        const refusal = memory.login(login, batch);
        if (refusal !== undefined && refused.size < mostRefused)
          refused.set(login.address, { login, refusal });
      });
    },
  });
  if (batch.isEmpty && refused.size === 0) return undefined;
  const look: Look = {
    news: { changes: batch.sorted(), strayLogouts: batch.strayLogouts, entries },
    // Whoever finds no room is not in the table to come.
    report(outcome, { address, user, last }, details) {
      const refusal = details?.refusal;
      if (outcome !== 'refused' || refusal?.kind !== 'table full' || refused.size >= mostRefused) return;
      refused.set(address, { login: { user, time: last }, refusal });
    },
  };
  return {
    visit: (take) => table.visit(take, look),
    visitNetworks: (networks, take) => table.visitNetworks(networks, take, look),
    refused,
  };
}
