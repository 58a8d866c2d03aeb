// What the package for the RHEL family holds: what Debian's has, where that family looks for it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFiles } from '../deb/contents.js';

/** Folders that are others there. */
const moved = {
  'usr/share/zsh/vendor-completions/': 'usr/share/zsh/site-functions/',
};

/** What is Debian's alone: cron's table, and documents in its own form. */
const debians = /^usr\/share\/(?:exact\/cron\.d$|doc\/exact-relay\/(?:copyright|changelog\.gz)$)/;

/** Returns the files, as packageFiles() of the Debian package does. */
export function rpmFiles(root, fill) {
  const own = (path, source) => ({ path, mode: 0o644, data: readFileSync(join(root, source)) });
  return [
    ...packageFiles(root, fill).flatMap((file) => (debians.test(file.path) ? [] : [adapted(file)])),
    own('usr/share/licenses/exact-relay/LICENSE', 'LICENSE'),
    own('usr/lib/sysusers.d/exact-relay.conf', 'packaging/rpm/sysusers.conf'),
    own('usr/lib/systemd/system-preset/80-exact-relay.preset', 'packaging/rpm/preset'),
  ].sort((one, other) => (one.path < other.path ? -1 : 1));
}

function adapted(file) {
  const [from = '', to = ''] = Object.entries(moved).find(([folder]) => file.path.startsWith(folder)) ?? [];
  const path = to + file.path.slice(from.length);
  if (path !== 'usr/share/exact/exact.conf') return { ...file, path };
  // /var/log/maillog is root's alone there; the journal may be read by its group.
  const settings = file.data.toString().replace(/^#maillog .*$/m, '$&\nmaillog journal:');
  return { ...file, path, data: Buffer.from(settings) };
}

/** Returns the lines of the spec's list of files. */
export function fileLines(files) {
  const kind = (path) =>
    path.startsWith('etc/')
      ? '%config(noreplace) '
      : path.startsWith('usr/share/doc/') || path.startsWith('usr/share/man/')
        ? '%doc '
        : path.startsWith('usr/share/licenses/')
          ? '%license '
          : '';
  const folders = ['etc/exact', 'usr/share/exact', 'usr/share/exact/bin', 'usr/share/exact/dist'];
  return [
    ...folders.map((path) => `%dir %attr(755, root, root) /${path}`),
    ...files.map(({ path, mode, link }) =>
      link === undefined ? `${kind(path)}%attr(${mode.toString(8)}, root, root) /${path}` : `/${path}`,
    ),
  ].join('\n');
}
