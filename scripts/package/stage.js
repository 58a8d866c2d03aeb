// A folder in which the files of a package stand as they will on a host.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Puts files into a folder, hands it to `use`, and removes it. */
export function withStage(files, use) {
  const stage = mkdtempSync(join(tmpdir(), 'exact-package-'));
  try {
    chmodSync(stage, 0o755);
    for (const file of files) put(stage, file);
    return use(stage);
  } finally {
    rmSync(stage, { recursive: true });
  }
}

/** Makes a file or link of the package below the stage, whatever the umask. */
function put(stage, { path, mode, data, link }) {
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
