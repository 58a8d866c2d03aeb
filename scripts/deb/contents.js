// What the Debian package holds: each file with the place where Debian looks for it.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const documents = 'usr/share/doc/exact-relay';
/** Of the packages that the bundle has parts of; a document, not a part of the program. */
const licenses = 'dist/licenses.txt';
/** Made for the Node.js of one host; what is here is of this one. */
const compiled = 'dist/compiled.bin';
const units = 'usr/lib/systemd/system';

/**
 * Returns the files of the package, in order of path: where each goes, with which mode, and its bytes, or the path
 * that it is a symbolic link to.
 *
 * @param root - The folder of the project, with dist/ built.
 * @param fill - Puts values into the text of a template.
 */
export function packageFiles(root, fill) {
  const read = (path) => readFileSync(join(root, path));
  const template = (name) => Buffer.from(fill(read(`packaging/debian/${name}`).toString()));
  const list = (folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
  const file = (path, data, mode = 0o644) => ({ path, data, mode });
  // Debian wants pages and longer documents compressed, as well as can be and without a time.
  const compressed = (path, data) => file(`${path}.gz`, gzipSync(data, { level: 9 }));

  return [
    // The program finds the rest of itself beside what the link leads to.
    { path: 'usr/bin/exact', link: '../share/exact/bin/exact' },
    file('usr/share/exact/bin/exact', withDebiansNode(read('bin/exact')), 0o755),
    file('usr/share/exact/bin/package.json', read('bin/package.json')),
    ...list('dist')
      .filter((path) => ![licenses, compiled].includes(path))
      .map((path) => file(`usr/share/exact/${path}`, read(path))),

    // postinst copies it to /etc/exact when the package is new there: of a conffile nobody changed, dpkg would make the
    // newer one, and an upgrade would set limits that the administrator has not asked for.
    file('usr/share/exact/exact.conf', read('examples/exact.conf')),
    file('etc/exact/exact-servers.conf', template('exact-servers.conf')),
    // postinst puts it into /etc/cron.d where systemd does not run: cron logs each minute of a job that does nothing.
    file('usr/share/exact/cron.d', template('cron.d')),
    ...list('examples/systemd').map((path) => file(`${units}/${basename(path)}`, read(path))),

    ...list('man').map((path) => compressed(`usr/share/man/man${path.at(-1)}/${basename(path)}`, read(path))),
    file('usr/share/bash-completion/completions/exact', read('completions/exact.bash')),
    file('usr/share/zsh/vendor-completions/_exact', read('completions/_exact')),
    file('usr/share/fish/vendor_completions.d/exact.fish', read('completions/exact.fish')),

    file(`${documents}/copyright`, template('copyright')),
    compressed(`${documents}/changelog`, template('changelog')),
    compressed(`${documents}/CHANGELOG.md`, read('CHANGELOG.md')),
    compressed(`${documents}/README.md`, read('README.md')),
    compressed(`${documents}/licenses.txt`, read(licenses)),
    ...['mysql.sql', 'pgsql.sql', 'pgsql-2.sql', 'prometheus/exact.rules.yml', 'grafana/exact.json'].map(
      (path) => file(`${documents}/examples/${path}`, read(`examples/${path}`)),
    ),
  ].sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** The package depends on Debian's Node; another one that comes first in PATH may be too old. */
function withDebiansNode(launcher) {
  return launcher.toString().replace('exec node ', 'exec /usr/bin/node ');
}
