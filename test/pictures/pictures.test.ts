import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = new URL('../../pictures/', import.meta.url);
const names = readdirSync(folder);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

// A day of runs is played for one of them.
it('pictures/ shows what the program prints today', { timeout: 300_000 }, () => {
  const script = fileURLToPath(new URL('../../scripts/pictures.js', import.meta.url));
  const run = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
});

it('README.md opens with them, and each says in words what it shows', () => {
  const [opening = ''] = readFileSync(new URL('../../README.md', import.meta.url), 'utf8').split('\n## ');
  const shown = [...opening.matchAll(/^!\[([^\]]+)\]\(pictures\/([\w.]+)\)$/gm)];
  expect(shown.map(([, , name]) => name).sort()).toEqual(names.sort());
  for (const [, words = '', name = ''] of shown) expect(read(name)).toContain(`<title>${words}</title>`);
});

it.each(names)('%s is a picture by itself: it fetches nothing, and all text is within its bounds', (name) => {
  const svg = read(name);
  expect(svg.match(/<(?:image|script|style|use|a|foreignObject)\b|\bhref=|url\(|@import/g)).toBeNull();
  expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
  const width = Number(/ width="(\d+)"/.exec(svg)?.[1]);
  const spans = [...svg.matchAll(/<tspan x="([\d.]+)" textLength="([\d.]+)"/g)];
  expect(spans.length).toBeGreaterThan(15);
  for (const [, x, length] of spans) expect(Number(x) + Number(length)).toBeLessThan(width);
});
