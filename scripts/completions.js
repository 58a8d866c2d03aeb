// Writes completions/ from the program's own tables.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { joinedRulesForEsbuild } from './build/joined-rules.js';
import { rowMachineForEsbuild } from './build/row-machine.js';
import { completionTexts } from './completions/texts.js';

const root = fileURLToPath(new URL('..', import.meta.url));

for (const [name, text] of Object.entries(completionTexts(await loadTables())))
  writeFileSync(join(root, 'completions', name), text);

/** Returns the commands and the common options, as src/commands has them. */
async function loadTables() {
  const folder = mkdtempSync(join(tmpdir(), 'exact-tables-'));
  try {
    const outfile = join(folder, 'tables.mjs');
    await build({
      absWorkingDir: root,
      stdin: {
        contents: `
          export * from './commands.ts';
          export { goTogether } from '../cli/combination.ts';
          export { commonOptions } from '../cli/command.ts';
        `,
        resolveDir: join(root, 'src/commands'),
      },
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20.19',
      format: 'esm',
      loader: { '.conf': 'text' },
      plugins: [joinedRulesForEsbuild(root), rowMachineForEsbuild(root)],
      banner: {
        js: "import { createRequire as exactRequire } from 'node:module';const require = exactRequire(import.meta.url);",
      },
      logLevel: 'warning',
    });
    const { commands, commonOptions, goTogether } = await import(pathToFileURL(outfile).href);
    const loaded = await Promise.all(Object.values(commands).map((load) => load()));
    return { commands: loaded, commonOptions, goTogether };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
