/** Which program is Sendmail here, and its configuration: other MTAs have a program of that name. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beginningOf } from '../../host/ask.ts';
import { readText } from '../../host/read-text.ts';

/** The rules that the daemon reads. */
export const configuration = '/etc/mail/sendmail.cf';

/** Its usual places come first. */
const programs = ['/usr/libexec/sendmail/sendmail', '/usr/lib/sm.bin/sendmail', '/usr/sbin/sendmail'];

/** Sendmail as it is installed. */
export interface SendmailProgram {
  readonly program: string;
  /** How it was built: `Compiled with: …`. */
  readonly build: string;
  /** The text of {@link configuration}. */
  readonly rules: string;
}

/** Finds it; undefined where it is not installed. */
export function findSendmail(): SendmailProgram | undefined {
  const rules = textOr(configuration);
  if (rules === undefined || !/^DZ8\./m.test(rules)) return undefined;
  for (const program of programs) {
    // It says how it was built, and then asks for the name of its host, which takes long where no name server answers.
    const build = beginningOf(program, ['-d0.1', '-bt']);
    if (build.includes('Compiled with:')) return { program, build, rules };
  }
  return undefined;
}

/** Returns the text of a file; undefined where it cannot be read. */
export function textOr(path: string): string | undefined {
  try {
    return readText(path);
  } catch {
    return undefined;
  }
}

/** Has a file with a text, in a folder that nobody else can enter, for as long as `use` takes. */
export function withTemporaryFile<Result>(text: string, use: (path: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'exact-'));
  try {
    const path = join(folder, 'settings');
    writeFileSync(path, text);
    return use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
