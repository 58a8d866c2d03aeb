import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { completionTexts } from '../../scripts/completions/texts.js';
import { goTogether } from '../../src/cli/combination.ts';
import { commonOptions } from '../../src/cli/command.ts';
import { commands } from '../../src/commands/commands.ts';

const loaded = await Promise.all(Object.values(commands).map((load) => load()));
const texts = completionTexts({ commands: loaded, commonOptions, goTogether });

it.each(Object.entries(texts))('completions/%s is what the commands give', (name, text) => {
  expect(text, 'run node scripts/completions.js').toBe(
    readFileSync(new URL(`../../completions/${name}`, import.meta.url), 'utf8'),
  );
});
