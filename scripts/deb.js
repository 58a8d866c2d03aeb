// Builds the Debian package from dist/ and packaging/debian/, with dpkg-deb and nothing else; prints its name. The same
// sources, SOURCE_DATE_EPOCH and dpkg give the same bytes.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFiles } from './deb/contents.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const [, copyright, ...license] = readFileSync(join(root, 'LICENSE'), 'utf8').trimEnd().split('\n\n');
const epoch = process.env.SOURCE_DATE_EPOCH ?? timeOfCommit() ?? String(Math.trunc(Date.now() / 1000));

/** What templates have between `${` and `}`. */
const values = {
  version,
  node: engines.node.replace('>=', ''),
  // Whoever hands the package on says so, as Debian's own tools have it; the project has no address.
  maintainer: `${process.env.DEBFULLNAME ?? 'The Exact authors'} <${process.env.DEBEMAIL ?? 'authors@exact.invalid'}>`,
  date: new Date(Number(epoch) * 1000).toUTCString().replace('GMT', '+0000'),
  copyright: copyright.replace('Copyright (c)', 'Copyright:'),
  license: license.join('\n\n').replace(/^$/gm, '.').replace(/^/gm, ' '),
};

const files = packageFiles(root, fill);
const stage = mkdtempSync(join(tmpdir(), 'exact-deb-'));
try {
  for (const file of files) put(file);
  for (const file of controlFiles()) put({ ...file, path: `DEBIAN/${file.path}` });
  const name = `exact-relay_${version}_all.deb`;
  chmodSync(stage, 0o755);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', stage, name], {
    cwd: root,
    env: { ...process.env, SOURCE_DATE_EPOCH: epoch },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  console.log(name);
} finally {
  rmSync(stage, { recursive: true });
}

function controlFiles() {
  const template = (name, mode = 0o644) => ({
    path: name,
    mode,
    data: fill(readFileSync(join(root, 'packaging/debian', name), 'utf8')),
  });
  const plain = (path, lines) => ({ path, mode: 0o644, data: lines.map((line) => `${line}\n`).join('') });
  const digest = ({ path, data }) => `${createHash('md5').update(data).digest('hex')}  ${path}`;
  values.size = files.reduce((sum, { data }) => sum + Math.ceil((data?.length ?? 0) / 1024), 0);
  return [
    template('control'),
    ...['postinst', 'prerm', 'postrm'].map((name) => template(name, 0o755)),
    plain(
      'conffiles',
      files.flatMap(({ path }) => (path.startsWith('etc/') ? [`/${path}`] : [])),
    ),
    plain(
      'md5sums',
      files.flatMap((file) => (file.data && !file.path.startsWith('etc/') ? [digest(file)] : [])),
    ),
  ];
}

/** Makes a file or link of the package below the stage, whatever the umask. */
function put({ path, mode, data, link }) {
  const folders = dirname(path).split('/');
  for (let depth = 1; depth <= folders.length; depth++) {
    const folder = join(stage, ...folders.slice(0, depth));
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
  }
  const target = join(stage, path);
  if (link !== undefined) return symlinkSync(link, target);
  writeFileSync(target, data);
  chmodSync(target, mode);
}

function fill(text) {
  return text.replace(/\$\{(\w+)\}/g, (_all, name) => values[name]);
}

/** Seconds since 1970 of the last commit; undefined where this is no work tree. */
function timeOfCommit() {
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
  return status === 0 && stdout !== '' ? stdout.trim() : undefined;
}
