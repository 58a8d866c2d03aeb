// Builds the Debian package from dist/ and packaging/debian/, with dpkg-deb and nothing else; prints its name. The same
// sources, SOURCE_DATE_EPOCH and dpkg give the same bytes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFiles } from './deb/contents.js';
import { withStage } from './package/stage.js';
import { epoch, fill as fillIn, root, values as sharedValues } from './package/values.js';

const [, copyright, ...license] = readFileSync(join(root, 'LICENSE'), 'utf8').trimEnd().split('\n\n');
const shared = sharedValues();

/** What templates have between `${` and `}`. */
const values = {
  ...shared,
  date: new Date(Number(epoch) * 1000).toUTCString().replace('GMT', '+0000'),
  copyright: copyright.replace('Copyright (c)', 'Copyright:'),
  license: license.join('\n\n').replace(/^$/gm, '.').replace(/^/gm, ' '),
};
const fill = (text) => fillIn(text, values);

const files = packageFiles(root, fill);
const control = controlFiles().map((file) => ({ ...file, path: `DEBIAN/${file.path}` }));
const name = `exact-relay_${shared.version}_all.deb`;
withStage([...files, ...control], (stage) =>
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', stage, name], {
    cwd: root,
    env: { ...process.env, SOURCE_DATE_EPOCH: epoch },
    stdio: ['ignore', 'ignore', 'inherit'],
  }),
);
console.log(name);

function controlFiles() {
  const template = (path, mode = 0o644) => ({
    path,
    mode,
    data: fill(readFileSync(join(root, 'packaging/debian', path), 'utf8')),
  });
  const plain = (path, lines) => ({ path, mode: 0o644, data: lines.map((line) => `${line}\n`).join('') });
  const digest = ({ path, data }) => `${createHash('md5').update(data).digest('hex')}  ${path}`;
  values.size = files.reduce((sum, { data }) => sum + Math.ceil((data?.length ?? 0) / 1024), 0);
  return [
    template('control'),
    ...['postinst', 'prerm', 'postrm'].map((path) => template(path, 0o755)),
    // To be told when Node.js is installed anew.
    plain('triggers', ['interest-noawait /usr/bin/node']),
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
