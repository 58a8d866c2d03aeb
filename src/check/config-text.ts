/** The files of a daemon's configuration, with what is quoted and what is a comment told apart. */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readText } from '../host/read-text.ts';
import { shellWord } from '../terminal/shell-word.ts';

/** One file of a configuration. */
export interface ConfigFile {
  /** As the host has it, without the root that a test gives. */
  readonly path: string;
  readonly text: string;
}

/** A configuration includes no more files than this; one that includes itself has no end. */
const mostFiles = 200;

/**
 * Returns a configuration and what it includes, each file once. `includedBy` returns the paths that a text names. Paths
 * may have `*` in their last part. What cannot be read is left out.
 */
export function readConfiguration(
  root: string,
  path: string,
  includedBy: (text: string) => readonly string[],
): ConfigFile[] {
  const files: ConfigFile[] = [];
  const paths = new Set(pathsOf(root, path));
  for (const each of paths) {
    const text = textOf(join(root, each));
    if (text === undefined) continue;
    files.push({ path: each, text });
    for (const included of includedBy(withoutComments(text))) {
      for (const found of pathsOf(root, included)) if (paths.size < mostFiles) paths.add(found);
    }
  }
  return files;
}

/** Returns the text with blanks in the place of each comment, from `#` outside quotes to the end of the line. */
export function withoutComments(text: string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*/g, (part) =>
    part.startsWith('#') ? ' '.repeat(part.length) : part,
  );
}

/** Returns the number of the line, from 1, in which a place of a text stands. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/**
 * Returns the command that puts `to` in the place of [start, end) of a file's text, which must stand in one line; further
 * ones for the same line may follow.
 */
export function editFix({ path, text }: ConfigFile, start: number, end: number, to: string): string {
  const from = text.slice(start, end);
  const mark = ['|', '#', '~', '%'].find((each) => !`${from}${to}`.includes(each)) ?? '|';
  const parts = ['', from.replace(/[\\.*[\]^$]/g, '\\$&'), to.replace(/[\\&]/g, '\\$&'), ''];
  return `sed -i ${shellWord(`${lineAt(text, start)}s${parts.join(mark)}`)} ${shellWord(path)}`;
}

function pathsOf(root: string, path: string): string[] {
  if (!path.includes('*')) return [path];
  const folder = dirname(path);
  const [before = '', ...after] = basename(path).split('*');
  const ending = after.at(-1) ?? '';
  try {
    return readdirSync(join(root, folder))
      .filter((name) => name.startsWith(before) && name.endsWith(ending) && !name.startsWith('.'))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function textOf(path: string): string | undefined {
  try {
    return readText(path);
  } catch {
    return undefined;
  }
}
