/** The Node.js versions that the built program is to run on, each as the registry of npm brings its binary. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';

/** A binary of Node.js. */
export interface OtherNode {
  /** What was asked for: a whole version, or the newest of these. */
  readonly wanted: string;
  readonly path: string;
}

/** The oldest that Exact runs on, and the newest. */
export const boundNodes = ['18.19.0', '26'];

/** Returns binaries of these versions, fetched once in a run of the tests. */
export function otherNodes(...versions: readonly string[]): OtherNode[] {
  return versions.map((wanted) => ({ wanted, path: nodeOf(wanted) }));
}

function nodeOf(version: string): string {
  const folder = join(inject('runFolder'), 'nodes', version);
  const name = `node-linux-${process.arch}`;
  const path = join(folder, 'node_modules', name, 'bin/node');
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const options = [
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--silent',
    '--prefer-offline',
  ];
  execFileSync('npm', ['install', ...options, '--prefix', folder, `${name}@${version}`], { cwd: folder });
  return path;
}
