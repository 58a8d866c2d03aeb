/** What Node.js compiled when Exact was installed spares that work later, and changes nothing else. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dovecotLogin, MailHost, testTime } from './commands/run-exact.ts';

const project = fileURLToPath(new URL('..', import.meta.url));

/** An installed program, whose file of compiled code may be changed. */
class Installed {
  readonly host = new MailHost();
  readonly #folder = join(this.host.folder, 'installed');
  readonly file = join(this.#folder, 'dist/compiled.bin');
  readonly #hook = join(this.host.folder, 'hook.cjs');
  readonly #taken = join(this.host.folder, 'taken');
  /** What a shell does once the first of the code is loaded; `$0` is the file. */
  meanwhile = '';

  constructor() {
    const isOld = (path: string) => path.endsWith('compiled.bin');
    for (const name of ['bin', 'dist']) {
      cpSync(join(project, name), join(this.#folder, name), {
        recursive: true,
        filter: (path) => !isOld(path),
      });
    }
    // Notes for each script whether V8 took what was kept of it.
    writeFileSync(
      this.#hook,
      `const vm = require('node:vm');
      const taken = [];
      vm.Script = class extends vm.Script {
        constructor(source, options) {
          super(source, options);
          const { MEANWHILE, COMPILED } = process.env;
          if (MEANWHILE && taken.length === 0) {
            require('node:child_process').execFileSync('/bin/sh', ['-c', MEANWHILE, COMPILED]);
          }
          if (options?.cachedData) taken.push(this.cachedDataRejected === false);
        }
      };
      process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(this.#taken)}, JSON.stringify(taken)));\n`,
    );
    writeFileSync(this.host.log, dovecotLogin('2026-11-22T10:10:00Z', 'alice', '192.0.2.10'));
  }

  compile() {
    const { status, stdout, stderr } = this.#node([join(this.#folder, 'dist/compile.js')]);
    return { status, stdout, stderr };
  }

  /** Runs it, and returns what it says and of how many files V8 took what was kept. */
  run(...words: string[]) {
    const where = ['-c', this.host.config, '--state', join(this.host.folder, 'state'), '--now', testTime];
    const program = join(this.#folder, 'bin/exact');
    const { status, stdout, stderr } = this.#node(['--require', this.#hook, program, ...words, ...where]);
    const taken: boolean[] = JSON.parse(readFileSync(this.#taken, 'utf8'));
    return { said: { status, stdout, stderr }, taken: taken.filter(Boolean).length, tried: taken.length };
  }

  #node(words: readonly string[]) {
    return spawnSync(process.execPath, words, {
      encoding: 'utf8',
      env: { TZ: 'UTC', MEANWHILE: this.meanwhile, COMPILED: this.file },
    });
  }
}

describe('dist/compile.js', () => {
  it('spares the compiling of all that a run with a login loads', () => {
    const installed = new Installed();
    const before = [installed.run('parse', installed.host.log), installed.run('update', '--dry-run')];
    expect(before.map(({ tried }) => tried)).toEqual([0, 0]);
    expect(installed.compile()).toEqual({ status: 0, stdout: '', stderr: '' });
    const after = [installed.run('parse', installed.host.log), installed.run('update', '--dry-run')];
    expect(after.map(({ said }) => said)).toEqual(before.map(({ said }) => said));
    for (const { taken, tried } of after) {
      expect(tried).toBeGreaterThan(4);
      expect(taken).toBe(tried);
    }
  });

  it('makes nothing that is taken for another build, nor from a file that is cut or no such file', () => {
    const installed = new Installed();
    const { said } = installed.run('parse', installed.host.log);
    installed.compile();
    const whole = readFileSync(installed.file);
    const other = whole.toString('latin1').replace(/"build":"./, '"build":"x');
    for (const bytes of [Buffer.from(other, 'latin1'), whole.subarray(0, 40), Buffer.from('x\n')]) {
      writeFileSync(installed.file, bytes);
      expect(installed.run('parse', installed.host.log)).toEqual({ said, taken: 0, tried: 0 });
    }
    writeFileSync(installed.file, whole.subarray(0, whole.length / 2));
    expect(installed.run('parse', installed.host.log).said).toEqual(said);
  });

  it('is taken as it was when the run began, though it is removed or replaced before all is loaded', () => {
    const installed = new Installed();
    const { said } = installed.run('parse', installed.host.log);
    installed.compile();
    const whole = installed.run('parse', installed.host.log);
    expect(whole).toMatchObject({ said, taken: whole.tried });
    for (const meanwhile of ['rm', 'rm $0; head -c 2000000 /dev/zero >']) {
      installed.compile();
      installed.meanwhile = `${meanwhile} $0`;
      expect(installed.run('parse', installed.host.log)).toEqual(whole);
      installed.meanwhile = '';
    }
  });

  it('says where it may not write', () => {
    const installed = new Installed();
    cpSync(installed.host.config, installed.file);
    // Nothing takes the place of a folder.
    const blocked = spawnSync('sh', ['-c', `rm ${installed.file} && mkdir ${installed.file}`]);
    expect(blocked.status).toBe(0);
    const { status, stderr } = installed.compile();
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/^exact: compile: .*compiled\.bin.*\n$/);
  });
});
