/** Which mail logs are systemd's journal: `journal:`, or `journal:FIELD=VALUE …` for a part of it. */

/** The name of the whole journal as a mail log; matches of journalctl(1) may follow. */
export const journalPrefix = 'journal:';

/** Whether a mail log is the journal, or part of it. */
export function isJournal(maillog: string): boolean {
  return maillog.startsWith(journalPrefix);
}
