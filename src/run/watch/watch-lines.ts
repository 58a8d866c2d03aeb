/**
 * What new lines tell beside logins: that line ends reach the log as clients wrote them, that a server of this host was
 * forgotten in the configuration, that the syslog daemon has dropped lines, and that most are in no form that is known.
 * A run that reads a backlog looks for none of it.
 */
import type { Chunk } from '../../maillog/chunk.ts';
import type { Login } from '../../relay/login.ts';
import type { RunContext } from '../run-context.ts';
import { BareLines } from './bare-lines.ts';
import { DroppedLines } from './dropped-lines.ts';
import { ShutOutLogins } from './shut-out-logins.ts';
import { UnknownForms } from './unknown-forms.ts';

/** Looks at the new lines of a run. */
export interface LineWatch {
  /** Takes a chunk of a maillog, and the logins that were found in it. */
  take(chunk: Chunk, logins: readonly Login[], maillog: string): void;
  /** The lines of a maillog have come to an end. */
  endLog(maillog: string): void;
}

/** Begins to look; what an earlier run has told and is not over is met at once. */
export async function watchLines({ settings, saved, record, policy }: RunContext): Promise<LineWatch> {
  const meet = record.meet.bind(record);
  const bareLines = new BareLines(saved.problems, policy.now, meet);
  const dropped = new DroppedLines(saved.problems, policy.now, meet);
  const { warnSilent } = settings;
  const unknown = warnSilent === undefined ? undefined : new UnknownForms(warnSilent, meet);
  const shutOut = settings.servers.includes('auto')
    ? undefined
    : await ShutOutLogins.begin(settings, saved.problems, meet);
  return {
    take(chunk, logins, maillog) {
      if (!chunk.isNew) return;
      bareLines.take(chunk);
      dropped.take(chunk, maillog);
      unknown?.take(chunk);
      shutOut?.take(chunk, logins);
    },
    endLog(maillog) {
      unknown?.endLog(maillog);
    },
  };
}
