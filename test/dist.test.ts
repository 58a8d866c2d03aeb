import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dovecotLogin, MailHost, testTime } from './commands/run-exact.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const program = join(project, 'bin/exact');

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

/** Fails for a module or a folder that was loaded, and for a name that is none: it would be absent for ever. */
function expectAbsent(modules: readonly string[], ...names: readonly string[]): void {
  for (const name of names) {
    expect(existsSync(join(project, name)), `${name} exists`).toBe(true);
    expect(modules.filter((path) => path.includes(name))).toEqual([]);
  }
}

describe('dist/', () => {
  it('parse loads none of the larger modules of Node for a small log, and update with a login no zlib', () => {
    const host = new MailHost();
    const hook = join(host.folder, 'modules.cjs');
    const list = join(host.folder, 'modules');
    const record = `require('node:fs').writeFileSync(${JSON.stringify(list)}, process.moduleLoadList.join('\\n'))`;
    writeFileSync(hook, `process.on('exit', () => ${record});\n`);
    writeFileSync(host.log, dovecotLogin('2026-11-22T10:10:00Z', 'alice', '192.0.2.10'));
    const loadedBy = (...command: string[]): string[] => {
      const words = ['--require', hook, program, ...command, '-c', host.config, '--now', testTime];
      const run = spawnSync(process.execPath, words, { encoding: 'utf8' });
      expect(run).toMatchObject({ status: 0, stderr: '' });
      const modules = readFileSync(list, 'utf8').split('\n');
      expect(modules).toContain('NativeModule fs');
      const large = ['child_process', 'crypto', 'net', 'tty', 'zlib'].map((name) => `NativeModule ${name}`);
      return modules.filter((name) => large.includes(name)).sort();
    };
    expect(loadedBy('parse', host.log)).toEqual([]);
    const withLock = ['child_process', 'crypto', 'net'].map((name) => `NativeModule ${name}`);
    expect(loadedBy('update', '--state', join(host.folder, 'state'))).toEqual(withLock);
  });

  it('an idle update loads few files, and nothing that it has no use for', () => {
    const host = new MailHost();
    writeFileSync(host.log, dovecotLogin('2026-11-22T10:10:00Z', 'alice', '192.0.2.10'));
    const busy = filesLoadedBy(host, 'update');
    const idle = filesLoadedBy(host, 'update');
    // The gate, what takes compiled code, the program, the command, and two files that they share.
    expect(idle.size).toBeLessThanOrEqual(6);
    const modules = [...idle.values()].flat();
    expect(modules.some((path) => path.endsWith('src/state/cursors-file.ts'))).toBe(true);
    expectAbsent(
      modules,
      ...['yargs', 'chalk', 're2js', 'pg', 'string-width'].map((name) => `node_modules/${name}/`),
    );
    expectAbsent(modules, 'src/recognize/recognizer.ts', 'src/relay/merge.ts');
    expectAbsent(modules, 'src/rules/', 'src/commands/dump/', 'src/run/metrics.ts', 'src/syslog/envelope.ts');
    expect([...busy.values()].flat().some((path) => path.endsWith('src/relay/merge.ts'))).toBe(true);
  });

  it('an idle update that writes metrics reads no table for them', () => {
    const host = new MailHost('metrics exact.prom');
    writeFileSync(host.log, dovecotLogin('2026-11-22T10:10:00Z', 'alice', '192.0.2.10'));
    filesLoadedBy(host, 'update');
    const modules = [...filesLoadedBy(host, 'update').values()].flat();
    expect(modules.some((path) => path.endsWith('src/run/metrics.ts'))).toBe(true);
    expectAbsent(modules, 'src/state/sum-pairs.ts', 'src/state/state-reader.ts', 'src/relay/merge.ts');
    expectAbsent(modules, 'src/commands/dump/');
  });

  it('an update with new lines takes the catalog as the build prepared it', () => {
    const host = new MailHost();
    writeFileSync(host.log, dovecotLogin('2026-11-22T10:10:00Z', 'alice', '192.0.2.10'));
    const modules = [...filesLoadedBy(host, 'update').values()].flat();
    expect(modules.some((path) => path.endsWith('src/recognize/recognizer.ts'))).toBe(true);
    expectAbsent(modules, 'src/rules/expression/', 'src/rules/stanza.ts', 'src/rules/macros.ts');
    expectAbsent(modules, 'src/rules/compile.ts');
  });
});
