// What packages of every kind are made of beside their files: version, time, maintainer.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const { version, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Seconds since 1970: SOURCE_DATE_EPOCH, or the time of the last commit; that of the build where there is none. */
export const epoch =
  process.env.SOURCE_DATE_EPOCH ??
  (ask('git', 'log', '-1', '--format=%ct') || String(Math.trunc(Date.now() / 1000)));

/**
 * Whoever hands the package on, as Debian's own tools have it: DEBFULLNAME and DEBEMAIL, or else git's user.name and
 * user.email. The project has no address. Throws an Error that asks for them where there are none.
 */
function maintainer() {
  const name = process.env.DEBFULLNAME || ask('git', 'config', 'user.name');
  const address = process.env.DEBEMAIL || ask('git', 'config', 'user.email');
  if (name !== '' && address !== '') return `${name} <${address}>`;
  throw new Error(
    'who hands the package on? Set DEBFULLNAME and DEBEMAIL (or user.name and user.email of git)',
  );
}

/** Returns what templates have between `${` and `}`. */
export function values() {
  return { version, node: engines.node.replace('>=', ''), maintainer: maintainer() };
}

/** Returns a text with the values in their places. */
export function fill(text, given) {
  return text.replace(/\$\{(\w+)\}/g, (_all, name) => given[name]);
}

function ask(program, ...args) {
  const { status, stdout } = spawnSync(program, args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}
