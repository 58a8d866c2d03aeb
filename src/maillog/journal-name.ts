/** Which mail logs are systemd's journal: `journal:`, or `journal:FIELD=VALUE …` for a part of it. */

/** The name of the whole journal as a mail log; matches of journalctl(1) may follow. */
export const journalPrefix = 'journal:';

/** Whether a mail log is the journal, or part of it. */
export function isJournal(maillog: string): boolean {
  return maillog.startsWith(journalPrefix);
}

/** Returns the matches of journalctl(1) that a mail log which is the journal has. */
export function journalMatches(maillog: string): string[] {
  return maillog
    .slice(journalPrefix.length)
    .split(/[ \t]+/)
    .filter(Boolean);
}

/** What journalctl(1) is started with, and nothing of our own environment. */
export const journalctlEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' } as const;
