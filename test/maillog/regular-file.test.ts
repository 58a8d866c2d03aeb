/** L11 and S05: what is no log is refused at once, and what may not be read names its group. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, closeSync, mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MissingFile, openRegularFile } from '../../src/maillog/regular-file.ts';
import { Failure } from '../../src/problem.ts';
import { LogOnDisk } from './log-on-disk.ts';

let log: LogOnDisk;
beforeEach(() => {
  log = new LogOnDisk();
});
afterEach(() => log.remove());

function failureOf(path: string): Failure {
  try {
    closeSync(openRegularFile(path).fd);
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error(`${path} was opened`);
}

describe('openRegularFile()', () => {
  it('opens a file, and follows a link to one', () => {
    log.append('x');
    symlinkSync('mail.log', log.at('link'));
    for (const path of [log.path, log.at('link')]) {
      const { fd, stat } = openRegularFile(path);
      expect(stat.size).toBe(1);
      closeSync(fd);
    }
  });

  it('L11 refuses a directory', () => {
    mkdirSync(log.path);
    expect(failureOf(log.path).message).toBe(`${log.path}: cannot read: a directory, not a regular file`);
  });

  it('L11 refuses a FIFO that nobody writes to, at once', () => {
    execFileSync('mkfifo', [log.path]);
    const { problem } = failureOf(log.path);
    expect(problem).toMatchObject({ status: 66, why: 'a FIFO, not a regular file' });
    expect(problem.fix).toContain('exact parse --follow');
  });

  it('L11 refuses a device that never ends', () => {
    expect(failureOf('/dev/zero').problem).toMatchObject({ status: 66, why: 'a device, not a regular file' });
  });

  it('L11 refuses a socket', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(log.path, resolve));
    expect(failureOf(log.path).problem).toMatchObject({ status: 66, why: 'a socket, not a regular file' });
    await new Promise((resolve) => server.close(resolve));
  });

  it('tells a missing file from one that cannot be opened', () => {
    expect(failureOf(log.path)).toBeInstanceOf(MissingFile);
    expect(failureOf(log.path).message).toBe(`${log.path}: cannot open: no such file`);
    log.append('x');
    expect(failureOf(`${log.path}/x`)).not.toBeInstanceOf(MissingFile);
  });
});

describe.skipIf(process.getuid?.() !== 0)('openRegularFile() as user nobody', () => {
  const become = (uid: number, gid: number) => {
    process.seteuid?.(0);
    process.setgroups?.([gid]);
    process.setegid?.(gid);
    process.seteuid?.(uid);
  };
  const asRoot = (act: () => void) => {
    become(0, 0);
    act();
    become(65_534, 65_534);
  };

  beforeEach(() => asRoot(() => chmodSync(log.folder, 0o755)));
  afterEach(() => become(0, 0));

  it('S05 names owner, group and mode, and the group to join', () => {
    asRoot(() => {
      log.append('x');
      chownSync(log.path, 0, 4);
      chmodSync(log.path, 0o640);
    });
    expect(failureOf(log.path).problem).toMatchObject({
      status: 66,
      what: 'cannot open',
      why: 'not readable by user nobody (root:adm 0640)',
      fix: 'usermod -aG adm nobody',
    });
  });

  it("S05 proposes no group that does not help, nor root's", () => {
    asRoot(() => {
      log.append('x');
      chmodSync(log.path, 0o640);
    });
    expect(failureOf(log.path).message).toMatch(/: not readable by user nobody \(root:root 0640\)$/);
    asRoot(() => {
      chownSync(log.path, 0, 4);
      chmodSync(log.path, 0o600);
    });
    expect(failureOf(log.path).message).toMatch(/\(root:adm 0600\)$/);
  });

  it('S05 tells of a directory that is closed', () => {
    asRoot(() => {
      log.append('x');
      chmodSync(log.folder, 0o700);
    });
    expect(failureOf(log.path).problem.why).toBe('a directory above it is closed to user nobody');
  });
});
