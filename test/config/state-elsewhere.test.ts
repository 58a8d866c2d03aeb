import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config/load.ts';
import { hostFiles } from '../../src/config/locate.ts';
import { elsewherePath, noteStateElsewhere } from '../../src/config/state-elsewhere.ts';
import { filesBelow, outputTypes, temporaryFolder, writeFiles } from './host.ts';

const config = '/etc/exact/exact.conf';
const state = '/srv/mail/state';

/** A host whose last run had the system's configuration, with the state where that says. */
function hostAfterRun(settings: { state?: string; file?: string; origin?: string } = {}) {
  const root = temporaryFolder();
  const folder = join(root, 'var/lib/exact');
  mkdirSync(folder, { recursive: true });
  writeFiles(root, { [config]: `state ${state}\n`, [`${state}.cursors`]: '{}\n' });
  const note = ({ state: where = state, file = config, origin = `${config}:1` } = {}) =>
    noteStateElsewhere(folder, { file, state: where, origins: new Map([['state', origin]]) }, hostFiles);
  note(settings);
  const files = filesBelow(root);
  const load = (configOption?: string, stateOption?: string) =>
    loadSettings({ configOption, stateOption, env: {}, uid: 0, outputTypes, files });
  return { root, folder, note, load };
}

describe('a lost configuration that had put its state elsewhere', () => {
  it('is told of where it is gone, and expiry goes on there', () => {
    const { root, load } = hostAfterRun();
    expect(load().settings?.state).toBe(state);
    rmSync(join(root, config));
    const { settings, problems, state: left } = load();
    expect({ settings, left }).toEqual({ settings: undefined, left: state });
    expect(problems).toEqual([
      {
        status: 78,
        where: config,
        what: 'is gone',
        why: 'the last run had it',
        fix: 'put it back, or remove /var/lib/exact/state.elsewhere to go on without it',
      },
    ]);
    rmSync(join(root, 'var/lib/exact/state.elsewhere'));
    expect(load().settings?.state).toBe('/var/lib/exact/state');
  });

  it('lies there too where it is a folder now', () => {
    const { root, load } = hostAfterRun();
    rmSync(join(root, config));
    mkdirSync(join(root, config));
    const { settings, state: left } = load();
    expect({ settings, left }).toEqual({ settings: undefined, left: state });
    expect(load(undefined, '/tmp/other').state).toBe('/tmp/other');
    expect(load('/tmp/none.conf').state).toBe('/var/lib/exact/state');
  });

  it('is not believed where the note belongs to another account than the state', () => {
    const { root, folder } = hostAfterRun();
    const files = filesBelow(root);
    rmSync(join(root, config));
    const owned = (path: string) => ({
      ...files.permissions(path),
      uid: path.endsWith('.elsewhere') ? 7 : 8,
    });
    const request = { env: {}, uid: 0, outputTypes, files: { ...files, permissions: owned } };
    expect(loadSettings(request).settings?.state).toBe('/var/lib/exact/state');
    expect(readFileSync(elsewherePath(folder), 'utf8')).toContain(state);
  });

  it('is left by the system alone, and no longer than it is so', () => {
    const text = ({ folder }: { folder: string }) => {
      try {
        return JSON.parse(readFileSync(elsewherePath(folder), 'utf8')).states;
      } catch {
        return undefined;
      }
    };
    expect(text(hostAfterRun({ file: '/home/u/exact.conf' }))).toBeUndefined();
    expect(text(hostAfterRun({ origin: '--state' }))).toBeUndefined();
    const host = hostAfterRun();
    expect(text(host)).toEqual({ [config]: state });
    host.note({ state: join(host.folder, 'state') });
    expect(text(host)).toEqual({});
  });
});
