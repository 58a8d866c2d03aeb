// Builds the package for the RHEL family and Fedora from dist/ and packaging/rpm/, with rpmbuild; prints its name. The
// same sources, SOURCE_DATE_EPOCH and rpmbuild give the same bytes.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withStage } from './package/stage.js';
import { epoch, fill, root, values as sharedValues } from './package/values.js';
import { fileLines, rpmFiles } from './rpm/contents.js';

const shared = sharedValues();
const files = rpmFiles(root, (text) => fill(text, shared));
const name = `exact-relay-${shared.version}-1.noarch.rpm`;
/** As in `Mon Nov 30 2026`. */
const day = new Date(Number(epoch) * 1000)
  .toUTCString()
  .replace(/^(\w+), (\d+) (\w+) (\d+).*$/, '$1 $3 $2 $4');
const work = mkdtempSync(join(tmpdir(), 'exact-rpm-'));
try {
  withStage(files, (stage) => {
    const sysusers = readFileSync(join(root, 'packaging/rpm/sysusers.conf'), 'utf8').trimEnd();
    const spec = readFileSync(join(root, 'packaging/rpm/exact-relay.spec'), 'utf8');
    const path = join(work, 'exact-relay.spec');
    writeFileSync(path, fill(spec, { ...shared, day, stage, sysusers, files: fileLines(files) }));
    execFileSync('rpmbuild', ['-bb', '--quiet', ...definitions(), path], {
      env: { ...process.env, SOURCE_DATE_EPOCH: epoch },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    copyFileSync(join(work, 'noarch', name), join(root, name));
  });
  console.log(name);
} finally {
  rmSync(work, { recursive: true });
}

/** Whatever the host and its macros say: a payload that EL 8 reads, no time or name of the build, files as they are. */
function definitions() {
  return Object.entries({
    _topdir: work,
    _rpmdir: work,
    _buildhost: 'localhost',
    use_source_date_epoch_as_buildtime: '1',
    clamp_mtime_to_source_date_epoch: '1',
    _binary_payload: 'w9.gzdio',
    __os_install_post: '%{nil}',
    _build_id_links: 'none',
  }).flatMap(([macro, value]) => ['--define', `${macro} ${value}`]);
}
