import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dovecotLogin, MailHost, testTime } from './commands/run-exact.ts';

const program = fileURLToPath(new URL('../bin/exact', import.meta.url));

/** Runs the built program, and returns the files of dist/ that it loaded, with the modules of src/ in them. */
function filesLoadedBy(host: MailHost, ...words: string[]): Map<string, string[]> {
  const hook = join(host.folder, 'hook.cjs');
  const list = join(host.folder, 'loaded');
  const record = `require('node:fs').writeFileSync(${JSON.stringify(list)}, Object.keys(require.cache).join('\\n'))`;
  writeFileSync(hook, `process.on('exit', () => ${record});\n`);
  const where = ['-c', host.config, '--state', join(host.folder, 'state'), '--now', testTime];
  const run = spawnSync(process.execPath, ['--require', hook, program, ...words, ...where], {
    encoding: 'utf8',
  });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  const paths = readFileSync(list, 'utf8')
    .split('\n')
    .filter((path) => path.includes('/dist/'));
  return new Map(
    paths.map((path) => [basename(path), JSON.parse(readFileSync(`${path}.map`, 'utf8')).sources]),
  );
}

describe('dist/', () => {
  it('an idle update loads few files, and nothing that it has no use for', () => {
    const host = new MailHost();
    writeFileSync(host.log, dovecotLogin('2026-11-22T10:10:00Z', 'alice', '192.0.2.10'));
    const busy = filesLoadedBy(host, 'update');
    const idle = filesLoadedBy(host, 'update');
    expect(idle.size).toBeLessThanOrEqual(4);
    const modules = [...idle.values()].flat();
    expect(modules.some((path) => path.endsWith('src/state/cursors-file.ts'))).toBe(true);
    for (const unused of [
      'yargs',
      'chalk',
      're2js',
      'pg/',
      'rules/recognizer',
      'relay/merge',
      'commands/dump',
      'commands/metrics',
    ])
      expect(modules.filter((path) => path.includes(unused))).toEqual([]);
    expect([...busy.values()].flat().some((path) => path.endsWith('src/relay/merge.ts'))).toBe(true);
  });

  it('an idle update that writes metrics reads no table for them', () => {
    const host = new MailHost('metrics exact.prom');
    writeFileSync(host.log, dovecotLogin('2026-11-22T10:10:00Z', 'alice', '192.0.2.10'));
    filesLoadedBy(host, 'update');
    const modules = [...filesLoadedBy(host, 'update').values()].flat();
    expect(modules.some((path) => path.endsWith('src/commands/metrics.ts'))).toBe(true);
    for (const unused of ['state/sum-pairs', 'state/state-reader', 'relay/merge', 'commands/dump'])
      expect(modules.filter((path) => path.includes(unused))).toEqual([]);
  });

  it('an update with new lines takes the catalog as the build prepared it', () => {
    const host = new MailHost();
    writeFileSync(host.log, dovecotLogin('2026-11-22T10:10:00Z', 'alice', '192.0.2.10'));
    const modules = [...filesLoadedBy(host, 'update').values()].flat();
    expect(modules.some((path) => path.endsWith('src/rules/recognizer.ts'))).toBe(true);
    for (const unused of ['rules/expression/', 'rules/stanza.ts', 'rules/macros.ts', 'rules/compile.ts'])
      expect(modules.filter((path) => path.includes(unused))).toEqual([]);
  });
});
