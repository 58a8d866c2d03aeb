/**
 * `exact update --logins -`: logins are published as they come, for as long as they do. What comes together is one run,
 * which takes the lock and frees it, so that cron's runs and `exact expire` go on beside it. Nothing is kept between
 * two of them: each reads the configuration, and expires what has expired.
 */
import { isConfigured, loadConfiguration } from '../config/configured.ts';
import type { Settings } from '../config/settings.ts';
import { type ExitStatus, worse } from '../exit-status.ts';
import type { Invocation } from '../host/invocation.ts';
import { dropPrivileges } from '../host/privileges.ts';
import { beginPatiently } from './begin-run.ts';
import { batchesOf } from './login-lines.ts';
import type { LoginSource } from './login-source.ts';
import { type HandedLines, handedOverLogins, linesIn } from './read-logins.ts';
import type { Run } from './run.ts';

/** How one run of `update` is made. */
export interface HowToUpdate {
  readonly sourceOf: (settings: Settings) => Promise<LoginSource>;
  readonly begin: (
    invocation: Invocation<'dry-run'>,
    settings: Settings,
  ) => Run | undefined | Promise<Run | undefined>;
}

/** Makes runs with `update` until standard input ends, one at least, and returns the worst of their exit statuses. */
export async function updateAsTheyCome(
  invocation: Invocation<'dry-run'>,
  update: (call: Invocation<'dry-run'>, how: HowToUpdate) => Promise<ExitStatus>,
): Promise<ExitStatus> {
  giveUpRoot(invocation);
  let status = invocation.status;
  const { name, pieces } = linesIn('-', invocation.world);
  let firstLine = 1;
  let runs = 0;
  const run = async (lines: HandedLines['pieces']) => {
    runs++;
    const begin: HowToUpdate['begin'] = (call, settings) => beginPatiently(() => call.again(), settings);
    const sourceOf = async () => handedOverLogins({ name, firstLine, pieces: lines });
    status = worse(status, await update(invocation.again(), { sourceOf, begin }));
  };
  try {
    for await (const lines of batchesOf(pieces)) {
      await run(of(lines));
      firstLine += lines.length;
    }
  } catch (error) {
    // Told where lines are read, as of a file.
    await run(failing(error));
  }
  if (runs === 0) await run(of([]));
  return status;
}

/** Where another process has to take over, as another account, it must find standard input unread. */
function giveUpRoot(invocation: Invocation): void {
  const loaded = loadConfiguration(invocation);
  if (isConfigured(loaded)) dropPrivileges(loaded.settings);
}

async function* of(lines: readonly string[]): AsyncGenerator<readonly string[]> {
  yield lines;
}

// biome-ignore lint/correctness/useYield: what cannot be read gives no line.
async function* failing(error: unknown): AsyncGenerator<readonly string[]> {
  throw error;
}
