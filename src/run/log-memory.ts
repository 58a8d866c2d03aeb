/**
 * What the lines of one maillog leave for its next line, perhaps in another run, beside half-open logins: its sessions,
 * and a last line that was a login. It puts what the log shows into a batch.
 */
import type { Outcome } from '../recognize/outcome.ts';
import type { Recognizer } from '../recognize/recognizer.ts';
import type { Batch } from '../relay/batch.ts';
import type { Login } from '../relay/login.ts';
import type { Refusal } from '../relay/refusal.ts';
import { noSessions, SessionMemory } from '../relay/session-memory.ts';
import type { SavedLogs } from './login-source.ts';

/** Takes what the lines of one maillog come to. */
export class LogMemory {
  readonly #maillog: string;
  readonly #recognizer: Recognizer;
  readonly #sessions: SessionMemory | undefined;

  /** Begins with a maillog; sessions are looked at if they are wanted. */
  constructor(maillog: string, saved: SavedLogs, recognizer: Recognizer, wantsSessions: boolean) {
    this.#maillog = maillog;
    this.#recognizer = recognizer;
    recognizer.before = saved.lines[maillog];
    this.#sessions = wantsSessions ? new SessionMemory(saved.sessions[maillog] ?? noSessions) : undefined;
  }

  /** Puts a login into a batch; returns why it does not count, or undefined. */
  login(login: Login, batch: Batch): Refusal | undefined {
    return batch.login(login, this.#sessions?.begin(login));
  }

  /** Puts the end of a session into a batch. */
  logout({ logout }: Outcome & { kind: 'logout' }, batch: Batch): void {
    const session = this.#sessions?.end(logout);
    if (session !== undefined) batch.logout(session, logout.time);
  }

  /** Returns what is known now, for the next run; the log is read no further. */
  save(): SavedLogs {
    const { before } = this.#recognizer;
    this.#recognizer.before = undefined;
    return {
      lines: before === undefined ? {} : { [this.#maillog]: before },
      sessions: this.#sessions === undefined ? {} : { [this.#maillog]: this.#sessions.save() },
    };
  }
}
