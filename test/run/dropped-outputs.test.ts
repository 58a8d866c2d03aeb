/** A map that is no longer configured holds nobody: whoever looks it up still would let them relay for ever. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pgsqlOutput } from '../../src/maps/pgsql/pgsql-output.ts';
import { readUrl } from '../../src/maps/shared/target.ts';
import { dovecotLogin, MailHost } from '../commands/run-exact.ts';

/** A host that has published one address, also in a map of its own. */
async function hostWithOld(): Promise<MailHost & { readonly old: string }> {
  const host = Object.assign(new MailHost('output cdb old.cdb'), { old: '' });
  const old = join(host.folder, 'old.cdb');
  appendFileSync(host.log, dovecotLogin('2026-11-22T10:10:00Z', 'alice', '192.0.2.10'));
  expect(await host.run(['update'])).toMatchObject({ status: 0, stderr: '' });
  expect(holds(old)).toBe(true);
  return Object.assign(host, { old });
}

const plainOutput = {
  type: 'pgsql',
  kind: '',
  families: 'both',
  mode: 0o644,
  options: [],
  origin: '',
} as const;

function holds(map: string): boolean {
  return readFileSync(map, 'latin1').includes('192.0.2.10');
}

/** Changes the line of the old map in the configuration. */
function replaceOld(host: MailHost, line: string): void {
  writeFileSync(host.config, readFileSync(host.config, 'utf8').replace('output cdb old.cdb', line));
}

describe('an output that is taken out', () => {
  it.each(['update', 'expire'])('is emptied by %s, once, and that is said', async (command) => {
    const host = await hostWithOld();
    replaceOld(host, '');
    const told = `exact: output cdb ${host.old}: is no longer configured; it was emptied\n`;
    expect(await host.run([command])).toMatchObject({ status: 0, stderr: told });
    expect(holds(host.old)).toBe(false);
    expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.10\n');
    expect(await host.run([command])).toMatchObject({ status: 0, stderr: '' });
  });

  it('is emptied where another takes its place', async () => {
    const host = await hostWithOld();
    replaceOld(host, 'output cidr new.cidr');
    expect((await host.run(['update'])).stderr).toContain('is no longer configured; it was emptied');
    expect(holds(host.old)).toBe(false);
    expect(holds(join(host.folder, 'new.cidr'))).toBe(true);
  });

  it('is left where its file has another type of map now', async () => {
    const host = await hostWithOld();
    replaceOld(host, 'output text old.cdb');
    expect(await host.run(['update'])).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(host.old, 'utf8')).toBe('192.0.2.10\n');
  });

  it('is not by a rehearsal', async () => {
    const host = await hostWithOld();
    replaceOld(host, '');
    await host.run(['update', '--dry-run']);
    expect(holds(host.old)).toBe(true);
  });

  it('is not where somebody has changed its file since', async () => {
    const host = await hostWithOld();
    replaceOld(host, '');
    writeFileSync(host.old, "another's\n");
    expect((await host.run(['update'])).stderr).toContain(
      'somebody has changed its file since: it stays as it is',
    );
    expect(readFileSync(host.old, 'utf8')).toBe("another's\n");
  });

  it('is not made anew where its file is gone', async () => {
    const host = await hostWithOld();
    replaceOld(host, '');
    rmSync(host.old);
    expect(await host.run(['update'])).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(host.old)).toBe(false);
  });

  it('is emptied by a later run where this one cannot, or makes no pass', async () => {
    const host = new MailHost('output cdb old/old.cdb');
    const folder = join(host.folder, 'old');
    mkdirSync(folder);
    appendFileSync(host.log, dovecotLogin('2026-11-22T10:10:00Z', 'alice', '192.0.2.10'));
    await host.run(['update']);
    writeFileSync(host.config, readFileSync(host.config, 'utf8').replace('output cdb old/old.cdb', ''));
    await host.run(['expire', '--undo', '192.0.2.99']);
    // A file in the place of its folder stops root too.
    const hidden = join(host.folder, 'hidden');
    renameSync(folder, hidden);
    writeFileSync(folder, '');
    const failed = await host.run(['update']);
    expect(failed.status).toBeGreaterThan(1);
    expect(failed.stderr).toContain('its addresses stay in it, and the next run tries again');
    rmSync(folder);
    renameSync(hidden, folder);
    const mended = await host.run(['update']);
    expect(mended).toMatchObject({ status: 0 });
    expect(mended.stderr).toContain('is no longer configured; it was emptied');
    expect(holds(join(folder, 'old.cdb'))).toBe(false);
  });

  describe('that is a table of a server which is away for good', () => {
    const line = 'output pgsql postgres://exact@127.0.0.1:1/exact';

    it('costs nothing where nothing was ever sent to it', async () => {
      const host = new MailHost(line);
      expect(await host.run(['update'])).toMatchObject({ status: 75 });
      writeFileSync(host.config, readFileSync(host.config, 'utf8').replace(line, ''));
      expect(await host.run(['update'])).toMatchObject({ status: 0 });
    });

    it('is tried until all that was in it has expired', async () => {
      const host = new MailHost(line);
      await host.run(['update'], { now: '2026-11-22T10:00:00Z' });
      const output = { ...plainOutput, path: line.slice('output pgsql '.length) };
      const target = readUrl(pgsqlOutput.form, output, hostname());
      const key = 'key' in target ? target.key : '';
      const sent = { rows: null, sent: [], revocations: [], skew: 0 };
      const tables = JSON.stringify({ version: 1, tables: { [key]: sent } });
      writeFileSync(join(host.folder, 'state.tables'), tables, { mode: 0o600 });
      writeFileSync(host.config, readFileSync(host.config, 'utf8').replace(line, ''));
      const first = await host.run(['update'], { now: '2026-11-22T10:01:00Z' });
      expect(first).toMatchObject({ status: 75 });
      expect(first.stderr).toContain('its addresses stay in it, and the next run tries again');
      expect(await host.run(['update'], { now: '2026-11-22T10:30:00Z' })).toMatchObject({ status: 75 });
      expect(await host.run(['update'], { now: '2026-11-22T10:31:00Z' })).toMatchObject({ status: 0 });
    });
  });
});
