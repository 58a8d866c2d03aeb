/** Running commands inside namespaces that another process holds open. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a command came to. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Something that commands run in. */
export interface Inside {
  /** Runs a command inside, to its end. Daemons that it leaves behind live until the namespaces end. */
  run(command: readonly string[], input?: string | Uint8Array): Promise<Outcome>;
  /** Runs a command inside, and throws an Error with what it said unless it ends with status 0. */
  must(command: readonly string[], input?: string | Uint8Array): Promise<string>;
}

let runs = 0;

/**
 * Returns how to run commands.
 *
 * @param folder - Of this machine, for what the commands print.
 * @param entering - What stands before a command: the options of nsenter(1) that say where, and the end of options.
 */
export function commandsInside(folder: string, entering: readonly string[]): Inside {
  const run = async (command: readonly string[], input: string | Uint8Array = ''): Promise<Outcome> => {
    // Files, not pipes: a daemon may keep its standard error open for as long as it lives.
    const path = join(folder, `run-${++runs}`);
    const [stdout, stderr] = [openSync(`${path}.stdout`, 'wx'), openSync(`${path}.stderr`, 'wx')];
    const child = spawn('nsenter', [...entering, ...command], {
      cwd: folder,
      stdio: ['pipe', stdout, stderr],
    });
    closeSync(stdout);
    closeSync(stderr);
    // A command that does not read its input may be gone before it is written.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    const [status] = (await once(child, 'exit')) as [number | null];
    const read = (name: string) => readFile(`${path}.${name}`, 'utf8');
    return { status, stdout: await read('stdout'), stderr: await read('stderr') };
  };
  return {
    run,
    async must(command, input) {
      const { status, stdout, stderr } = await run(command, input);
      if (status !== 0) throw new Error(`${command.join(' ')}: exit ${status}: ${stdout}${stderr}`);
      return stdout;
    },
  };
}
