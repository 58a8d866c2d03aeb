/** A folder for what several test files of one run share, since it takes long to make; it is removed after the last. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Empty at first. */
    runFolder: string;
  }
}

export default function setup({ provide }: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'exact-run-'));
  provide('runFolder', folder);
  return () => rm(folder, { recursive: true });
}
