/** A mail host that can be put back to where it was, as often as a test wants to damage it or to try another log. */
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { MailHost } from './run-exact.ts';

/** Files that the state knows by their time, which cannot be put back to the nanosecond. */
const knownByTime = /^(?:state|relay\..*)$/;

interface KeptFile {
  readonly bytes: Buffer;
  readonly stat: Stats;
}

/** A host that remembers one moment. It goes with the tests of a file, not with one of them: {@link sharedHost} makes it. */
export class KeptHost extends MailHost {
  static override makeFolder = () => mkdtempSync(join(tmpdir(), 'exact-test-'));

  readonly #kept = join(this.folder, 'kept');
  readonly #files = new Map<string, KeptFile>();

  /**
   * Remembers the host as it is. Links: a file that is only ever replaced stays the same one, which cursors know by its
   * inode and time.
   */
  keep(): void {
    mkdirSync(this.#kept);
    for (const name of this.#names()) {
      const path = join(this.folder, name);
      this.#files.set(name, { bytes: readFileSync(path), stat: statSync(path) });
      linkSync(path, join(this.#kept, name));
    }
  }

  /** Makes everything as it was when it was kept. */
  restore(): void {
    for (const name of this.#names()) rmSync(join(this.folder, name), { recursive: true });
    for (const [name, { bytes, stat }] of this.#files) {
      const path = join(this.folder, name);
      linkSync(join(this.#kept, name), path);
      if (!readFileSync(path).equals(bytes)) {
        if (knownByTime.test(name)) throw new Error(`${path} was written to; a test is to replace it`);
        writeFileSync(path, bytes);
      }
      if (statSync(path).mode !== stat.mode) chmodSync(path, stat.mode);
    }
  }

  /** Puts another text in the place of a file; the kept one stays. */
  replace(path: string, text: string): void {
    rmSync(path);
    writeFileSync(path, text);
  }

  #names(): string[] {
    return readdirSync(this.folder).filter((name) => name !== 'kept');
  }
}

/**
 * Returns what gives each test of a file the same host, as `live` leaves it: that is done once, for the first test that asks.
 * It is called where tests are described, not in one of them.
 */
export function sharedHost<Host extends KeptHost>(
  make: () => Host,
  live: (host: Host) => Promise<unknown>,
): () => Promise<Host> {
  let shared: Host | undefined;
  afterAll(() => {
    if (shared !== undefined) rmSync(shared.folder, { recursive: true, force: true });
  });
  return async () => {
    if (shared !== undefined) {
      shared.restore();
      return shared;
    }
    shared = make();
    await live(shared);
    shared.keep();
    return shared;
  };
}
