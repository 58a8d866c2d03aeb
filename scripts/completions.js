// Writes completions/ from the program's own tables. With --check it writes nothing, and fails if a file is not what
// the tables give.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { joinedRulesForEsbuild } from './build/joined-rules.js';
import { rowMachineForEsbuild } from './build/row-machine.js';
import { bashCompletion } from './completions/bash.js';
import { fishCompletion } from './completions/fish.js';
import { zshCompletion } from './completions/zsh.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = describe(await loadTables());
const texts = {
  'exact.bash': bashCompletion(program),
  _exact: zshCompletion(program),
  'exact.fish': fishCompletion(program),
};

for (const [name, text] of Object.entries(texts)) {
  const path = join(root, 'completions', name);
  if (!process.argv.includes('--check')) {
    writeFileSync(path, text);
  } else if (readFileSync(path, 'utf8') !== text) {
    console.error(`completions/${name}: is not what the commands give; run node scripts/completions.js`);
    process.exitCode = 1;
  }
}

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

/**
 * Returns the program as completions see it: every command with all of its options, what each value is, and which other
 * options (or `operands`) it never goes with.
 */
function describe({ commands, commonOptions, goTogether }) {
  const help = { name: 'help', alias: 'h', summary: 'show help' };
  return {
    commands: commands.map((command) => {
      const { name, summary, operands, options } = command;
      const words = [...[...options, ...commonOptions].map((option) => option.name), 'operands'];
      const apartFrom = (one) =>
        one === 'help' ? [] : words.filter((other) => other !== one && !goTogether(command, one, other));
      return {
        name,
        summary,
        operand: operands && { ...operands, kind: kindOf(operands.name) },
        options: [...options, ...commonOptions, help].map((option) => ({
          ...option,
          kind: kindOfOption(option),
          apart: apartFrom(option.name),
        })),
      };
    }),
    // What the program answers itself, each with one word.
    answers: [
      { name: 'help', summary: 'show help', words: commands.map(({ name }) => name) },
      { name: 'completion', summary: 'print the completions of a shell', words: ['bash', 'zsh', 'fish'] },
    ],
    options: [help, { name: 'version', alias: 'V', summary: 'show the version' }],
  };
}

/** What an option's value is: 'none' for a switch, 'choice', 'file', 'server', 'user', or 'other'. */
function kindOfOption({ name, value, choices }) {
  if (value === undefined) return 'none';
  if (choices !== undefined) return 'choice';
  if (name === 'server' || name === 'show') return 'server';
  return name === 'user' ? 'user' : kindOf(value);
}

function kindOf(valueName) {
  return { FILE: 'file', ADDRESS: 'address' }[valueName] ?? 'other';
}
