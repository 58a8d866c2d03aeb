/**
 * Logins that the `server` lines of the configuration shut out: perhaps a server was forgotten there, and its users can
 * send no mail. Each server is told once.
 */
import { recognizerFor } from '../../config/recognition.ts';
import type { Settings } from '../../config/settings.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Chunk } from '../../maillog/chunk.ts';
import type { Problem } from '../../problem.ts';
import { createScanner, type Scanner } from '../../recognize/scan.ts';
import type { Login } from '../../relay/login.ts';
import { loadRules } from '../../rules/load-rules.ts';
import type { LastingProblem } from '../../state/cursors-file.ts';
import { keyOf, type MetProblem } from '../../state/lasting-problems.ts';

/** Looks for logins of the built-in rules that are not wanted. */
export class ShutOutLogins {
  readonly #scanner: Scanner;
  readonly #tell: (server: string) => void;

  private constructor(scanner: Scanner, tell: (server: string) => void) {
    this.#scanner = scanner;
    this.#tell = tell;
  }

  /** Meets what an earlier run has told (`problems`), and returns what looks for the rest, if there is any. */
  static async begin(
    settings: Settings,
    problems: Readonly<Record<string, LastingProblem>>,
    meet: (problem: Problem, lasting: Omit<MetProblem, 'problem'>) => void,
  ): Promise<ShutOutLogins | undefined> {
    const tell = (server: string) => meet(shutOut(settings, server), { isOfLines: true, isToldOnce: true });
    const { rules } = await loadRules({ servers: ['auto'], files: [] });
    const others = rules.filter(({ name }) => !settings.servers.includes(name));
    const isKnown = (name: string) => problems[keyOf(shutOut(settings, name))] !== undefined;
    for (const name of new Set(others.map((rule) => rule.name))) if (isKnown(name)) tell(name);
    const sought = others.filter(({ name }) => !isKnown(name));
    if (sought.length === 0) return undefined;
    return new ShutOutLogins(createScanner(recognizerFor(settings, sought, { logouts: false })), tell);
  }

  /** Looks at the lines of a chunk; `logins` are those that rules which are wanted have found in it. */
  take(chunk: Chunk, logins: readonly Login[]): void {
    const taken = new Set(logins.map(pairOf));
    const servers = new Set<string>();
    this.#scanner.scan(chunk, (outcome) => {
      if (outcome.kind === 'login' && !taken.has(pairOf(outcome.login))) servers.add(outcome.login.server);
    });
    for (const server of servers) this.#tell(server);
  }
}

function pairOf({ address, user }: Login): string {
  return `${address} ${user}`;
}

function shutOut({ servers, origins }: Settings, name: string): Problem {
  const [first = ''] = servers;
  return {
    status: ExitStatus.ok,
    isWarning: true,
    where: origins.get(`server ${first}`) ?? 'server',
    what: `shuts out logins of ${name}`,
    consequence: 'clients that log in there may not relay',
    fix: `if this host runs ${name}, add 'server ${name}' to exact.conf; see exact test-rule --server ${name}`,
  };
}
