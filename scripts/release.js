// Makes all files of a release in release/: the packages for Debian and the RHEL family, that of npm, the list of what the
// bundle holds (CycloneDX), and checksums. The version is the topmost of CHANGELOG.md. The same sources, SOURCE_DATE_EPOCH
// and tools give the same bytes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bill } from './package/bill.js';
import { epoch, root, values } from './package/values.js';

const folder = join(root, 'release');
const { version } = values();
const [, topmost] = /^## (.*)$/m.exec(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')) ?? [];
if (topmost !== version) {
  console.error(
    `release: CHANGELOG.md begins with '${topmost}', package.json has ${version}: a release has one version; nothing was made; ` +
      `give what is unreleased its version in CHANGELOG.md, and run 'npm version --no-git-tag-version VERSION'`,
  );
  process.exit(1);
}

const environment = { ...process.env, SOURCE_DATE_EPOCH: epoch };
/** Runs a command and returns the last line that it prints. */
const made = (program, ...args) =>
  execFileSync(program, args, { cwd: root, env: environment, encoding: 'utf8' }).trim().split('\n').at(-1);

made('node', 'scripts/build.js');
const names = [
  made('node', 'scripts/deb.js'),
  made('node', 'scripts/rpm.js'),
  made('npm', 'pack', '--silent', '--ignore-scripts'),
];
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const name of names) renameSync(join(root, name), join(folder, name));
const billName = `exact-relay-${version}.cdx.json`;
writeFileSync(join(folder, billName), bill(root, epoch));
const sums = [...names, billName].sort().map((name) => {
  const digest = createHash('sha256')
    .update(readFileSync(join(folder, name)))
    .digest('hex');
  return `${digest}  ${name}\n`;
});
writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''));
console.log(sums.join('').trimEnd());
