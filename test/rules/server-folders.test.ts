/** What src/servers/README.md asks of every folder, and what is made of them. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { serverNames } from '../../scripts/build/joined-rules.js';
import { catalogText } from '../../src/rules/catalog-text.ts';
import { parseStanzas } from '../../src/rules/stanza.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const names = serverNames(project);

function read(name: string, file: string): string {
  return readFileSync(`${project}/src/servers/${name}/${file}`, 'utf8');
}

describe.each(names)('src/servers/%s', (name) => {
  const files = readdirSync(`${project}/src/servers/${name}`);
  const { stanzas, problems } = parseStanzas('rules.conf', read(name, 'rules.conf'));

  it('has stanzas of its own name, each with its versions, programs and the source of its format', () => {
    expect(problems).toEqual([]);
    expect([...new Set(stanzas.map((stanza) => stanza.name))]).toEqual([name]);
    for (const { versions, program } of stanzas) {
      expect(versions).toHaveLength(1);
      expect(program.length).toBeGreaterThan(0);
    }
    expect(read(name, 'rules.conf')).toMatch(/^# -{20,} \S.*\n# /);
  });

  it('has for each sample the truth and a word in its README.md, and a capture in all three forms', () => {
    const samples = new Map<string, string[]>();
    for (const file of files.filter((one) => one.endsWith('.log'))) {
      const [, sample = '', form = ''] = /^(.+?)(?:\.(trad|iso|rfc5424))?\.log$/.exec(file) ?? [];
      samples.set(sample, [...(samples.get(sample) ?? []), form].sort());
    }
    const truths = files.flatMap((file) => /^(.+)\.expected\.jsonl$/.exec(file)?.[1] ?? []);
    expect([...samples.keys()].sort()).toEqual(truths.sort());
    for (const [sample, forms] of samples) {
      expect([[''], ['iso', 'rfc5424', 'trad']], sample).toContainEqual(forms);
      expect(read(name, 'README.md')).toContain(`\`${sample}\``);
    }
  });

  it('says where the server can be had', () => {
    expect(read(name, 'README.md')).toMatch(/^# [^\n,]+\n\n.*\n## To have it write a log\n\n\S/s);
  });
});

describe('what is made of the folders', () => {
  it('is the catalog, in the order of names', () => {
    const { stanzas } = parseStanzas('built in', catalogText());
    expect([...new Set(stanzas.map((stanza) => stanza.name))]).toEqual(names);
    expect(names).toEqual([...names].sort());
  });

  it('are the lists in README.md and exact-servers.conf(5)', () => {
    const run = spawnSync(process.execPath, [`${project}/scripts/server-lists.js`, '--check'], {
      encoding: 'utf8',
    });
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
  });
});
