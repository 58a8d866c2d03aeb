// Writes pictures/, what README.md opens with: terminals, as they look after the program's own runs (dist/) on logs that
// scripts/pictures/scenes.js has. With --check it writes nothing, and fails if a picture is not what the program prints.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Host } from './pictures/host.js';
import { scenes } from './pictures/scenes.js';
import { terminalSvg } from './pictures/svg.js';

const root = fileURLToPath(new URL('..', import.meta.url));

for (const [name, { title, play }] of Object.entries(scenes)) {
  const folder = mkdtempSync(join(tmpdir(), 'exact-picture-'));
  try {
    const host = new Host(folder);
    await play(host);
    settle(`pictures/${name}.svg`, terminalSvg(title, host.screen));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes a picture, or with --check compares it. */
function settle(name, svg) {
  const path = join(root, name);
  if (!process.argv.includes('--check')) {
    writeFileSync(path, svg);
  } else if (!existsSync(path) || readFileSync(path, 'utf8') !== svg) {
    console.error(`${name}: is not what the program prints; run npm run pictures`);
    process.exitCode = 1;
  }
}
