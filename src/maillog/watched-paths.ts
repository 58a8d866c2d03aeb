/** Which files are written to when a mail log has a new line: what is to be watched, so that it is read at once. */
import { isJournal } from './journal-name.ts';

/** Where journald keeps what all services log, on disk and in memory; `machine` is the id of machine-id(5). */
function journalFiles(machine: string): string[] {
  return ['/var/log/journal', '/run/log/journal'].map((folder) => `${folder}/${machine}/system.journal`);
}

/** Returns the paths for mail logs as they are configured. Of the journal it is both files, whichever there is. */
export function watchedPaths(maillogs: readonly string[], machine: string): string[] {
  return [
    ...new Set(maillogs.flatMap((maillog) => (isJournal(maillog) ? journalFiles(machine) : [maillog]))),
  ];
}

/** Returns the drop-in by which systemd's exact.path watches these mail logs and nothing else. */
export function pathUnitDropIn(maillogs: readonly string[]): string {
  const lines = [
    ...maillogs.filter((maillog) => !isJournal(maillog)).map((path) => path.replaceAll('%', '%%')),
    ...(maillogs.some(isJournal) ? journalFiles('%m') : []),
  ];
  return ['[Path]', 'PathModified=', ...lines.map((path) => `PathModified=${path}`), ''].join('\n');
}
