/** With `sessions on`: do the servers that log here show the ends of sessions, so that a login opens one? */
import type { Settings } from '../config/settings.ts';
import { openTable } from '../diagnose/open-table.ts';
import { sessionFacts } from '../diagnose/session-doubt.ts';
import type { Invocation } from '../host/invocation.ts';
import { durationWords } from '../terminal/words.ts';
import type { Day } from './day.ts';
import type { Finding } from './finding.ts';

/** Returns what is to be said of the servers that the last day's logins came from. */
export function checkSessions(invocation: Invocation, settings: Settings, { byRule }: Day): Finding[] {
  if (!settings.sessions) return [];
  const saved = openTable(invocation, settings).saved();
  if (saved.lastRun.time === 0) return [];
  return [...byRule].flatMap(([server, { logins }]): Finding[] => {
    if (logins === 0) return [];
    const { isTrusted, text } = sessionFacts(saved, server);
    if (isTrusted)
      return [{ level: 'ok', subject: 'sessions', text: `a ${server} login opens a session: ${text}` }];
    const counts = `a ${server} login opens no session, and counts for ${durationWords(settings.timeout)}`;
    return [{ level: 'note', subject: 'sessions', text: `${counts}: ${text}` }];
  });
}
