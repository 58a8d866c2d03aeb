/** Hosts whose runs of `update` go through a gate, or not: the one that Node.js loads, or the shell's before it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import { passesBy } from '../src/gate.ts';
import { MailHost, type Ran } from './commands/run-exact.ts';

/** The program as it is called. */
export const program = fileURLToPath(new URL('../bin/exact', import.meta.url));

/** When the tests' first run is, Unix seconds. */
export const start = Date.parse('2026-11-22T10:00:00Z') / 1000;

/** Runs of this test find that files changed a minute ago: what changed in the last instant is no ground for a note. */
export function settle(): void {
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + 60_000);
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
}

/** Unix seconds in the form of RFC 3339. */
export function timeWords(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '');
}

/** What comes first in PATH: a Node.js that ends as nothing else does, and a stat that says when it is asked. */
const stubs = {
  node: 'exit 97',
  stat: 'command -p stat "$@" | command -p sed "1s/[^ ]*$/$NOW/"',
};

/** A mail host, called as `bin/exact` calls: through a gate, or without. */
export class Caller {
  readonly host: MailHost;
  readonly gate: 'node' | 'shell' | 'none';
  passed = 0;

  constructor(gate: Caller['gate'], ...lines: string[]) {
    this.host = new MailHost(...lines);
    this.gate = gate;
  }

  get state(): string {
    return join(this.host.folder, 'state');
  }

  /** Runs `update`, but where the gate was passed by. */
  async update(now: number, ...more: string[]): Promise<Ran> {
    if (this.gate !== 'none' && this.passes(now, ...more)) {
      this.passed++;
      return { status: 0, stdout: '', stderr: '' };
    }
    return this.run(now, 'update', ...more);
  }

  run(now: number, ...words: string[]): Promise<Ran> {
    return this.host.run(words, { now: timeWords(now) });
  }

  /** Whether a call would pass by, at a time. */
  passes(now: number, ...more: string[]): boolean {
    const words = ['-c', this.host.config, '--state', this.state, ...more];
    return this.gate === 'shell' ? this.#shellPasses(now, words) : passesBy(words, { env: {}, now });
  }

  #shellPasses(now: number, words: readonly string[]): boolean {
    const folder = join(this.host.folder, '..', 'stubs');
    mkdirSync(folder, { recursive: true });
    for (const [name, lines] of Object.entries(stubs)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    const env = { PATH: `${folder}:/usr/bin:/bin`, NOW: String(now) };
    const { status, stdout, stderr } = spawnSync(program, ['update', ...words], { env, encoding: 'utf8' });
    if (stdout + stderr !== '' || ![0, 97].includes(status ?? 1))
      throw new Error(`${status} ${stdout}${stderr}`);
    if (status === 0) utimesSync(`${this.state}.idle`, now, now);
    return status === 0;
  }
}
