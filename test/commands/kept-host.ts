/** A mail host that can be put back to where it was, as often as a test wants to damage it or to try another log. */
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MailHost } from './run-exact.ts';

/** A host that remembers one moment. */
export class KeptHost extends MailHost {
  readonly #kept = join(this.folder, 'kept');
  #config = '';
  #log = '';

  /**
   * Remembers the host as it is. Links: a file that is only ever replaced stays the same one, which cursors know by its
   * inode and time.
   */
  keep(): void {
    this.#config = readFileSync(this.config, 'utf8');
    this.#log = readFileSync(this.log, 'utf8');
    mkdirSync(this.#kept);
    for (const name of this.#names()) linkSync(join(this.folder, name), join(this.#kept, name));
  }

  /** Makes everything as it was when it was kept. */
  restore(): void {
    for (const name of this.#names()) rmSync(join(this.folder, name), { recursive: true });
    for (const name of readdirSync(this.#kept)) linkSync(join(this.#kept, name), join(this.folder, name));
    writeFileSync(this.log, this.#log);
    writeFileSync(this.config, this.#config);
  }

  #names(): string[] {
    return readdirSync(this.folder).filter((name) => name !== 'kept');
  }
}
