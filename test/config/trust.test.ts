import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config/load.ts';
import type { FileAccess, Permissions } from '../../src/config/locate.ts';
import { problemText } from '../../src/terminal/problem-text.ts';
import { filesBelow, outputTypes, temporaryFolder, writeFiles } from './host.ts';

const config = '/etc/exact/exact.conf';

/** Loads a configuration as `uid`, on a host where all is root's, mode 0755 or 0644, except what is told. */
function problemsWith(
  told: Record<string, Partial<Permissions>>,
  text = '',
  uid = 0,
  prepare?: (root: string) => void,
): string[] {
  const root = temporaryFolder();
  writeFiles(root, { '/etc/exact/exact-servers.conf': '' });
  if (prepare === undefined) writeFiles(root, { [config]: text });
  else prepare(root);
  const files: FileAccess = {
    ...filesBelow(root),
    permissions: (path) => ({
      uid: 0,
      gid: 0,
      mode: path.endsWith('.conf') ? 0o100644 : 0o040755,
      ...told[path],
    }),
  };
  const loaded = loadSettings({ env: {}, uid, outputTypes, files });
  expect(loaded.settings === undefined).toBe(loaded.problems.length > 0);
  expect(loaded.problems.every((problem) => problem.status === 78)).toBe(true);
  return loaded.problems.map(problemText);
}

const asUid1000 = (path: string) =>
  `${path}: cannot be trusted: uid 1000 may write it, and root would do what it says; chown root ${path}`;

describe('as root, a configuration', () => {
  const cases: { name: string; told: Record<string, Partial<Permissions>>; want: string[] }[] = [
    { name: 'of root is good', told: {}, want: [] },
    { name: 'that group root may write is good', told: { [config]: { mode: 0o100664 } }, want: [] },
    { name: 'of another is refused', told: { [config]: { uid: 1000 } }, want: [asUid1000(config)] },
    {
      name: 'that everybody may write is refused',
      told: { [config]: { mode: 0o100666 } },
      want: [`${config}: cannot be trusted: everybody may write it; chmod go-w ${config}`],
    },
    {
      name: 'that a group may write is refused',
      told: { [config]: { mode: 0o100664, gid: 50 } },
      want: [`${config}: cannot be trusted: group 50 may write it; chmod g-w ${config}`],
    },
    {
      name: 'in the folder of another is refused',
      told: { '/etc/exact': { uid: 1000 } },
      want: [asUid1000('/etc/exact')],
    },
    {
      name: 'in a sticky folder is refused: a servers file may be put beside it',
      told: { '/etc/exact': { mode: 0o041777 } },
      want: ['/etc/exact: cannot be trusted: everybody may write it; chmod go-w /etc/exact'],
    },
    { name: 'below a sticky folder is good', told: { '/etc': { mode: 0o041777 } }, want: [] },
    {
      name: 'below the sticky folder of another is refused',
      told: { '/etc': { mode: 0o041777, uid: 1000 } },
      want: [asUid1000('/etc')],
    },
    { name: 'below a folder of another is refused', told: { '/': { uid: 1000 } }, want: [asUid1000('/')] },
    {
      name: 'with a servers file of another is refused',
      told: { '/etc/exact/exact-servers.conf': { uid: 1000 } },
      want: [asUid1000('/etc/exact/exact-servers.conf')],
    },
  ];
  for (const { name, told, want } of cases) it(name, () => expect(problemsWith(told)).toEqual(want));

  it('is judged by the folder that a link leads to as well', () => {
    const prepare = (root: string) => {
      mkdirSync(join(root, '/srv'));
      writeFiles(root, { '/srv/real.conf': '' });
      symlinkSync(join(root, '/srv/real.conf'), join(root, config));
    };
    expect(problemsWith({ '/srv': { uid: 1000 } }, '', 0, prepare)).toEqual([asUid1000('/srv')]);
    expect(problemsWith({ '/etc/exact': { uid: 1000 } }, '', 0, prepare)).toEqual([asUid1000('/etc/exact')]);
  });
});

describe('as another user, a configuration', () => {
  it('may be theirs', () => expect(problemsWith({ [config]: { uid: 1000 } }, '', 1000)).toEqual([]));
});

describe('a configuration with a database password', () => {
  const text = 'output pgsql postgres://exact:s3cret@db/x';
  const refused = [
    `${config}: holds a database password: everybody may read it; chmod o-r ${config}, and change the password`,
  ];
  for (const uid of [0, 1000]) {
    it(`is refused where everybody may read it, uid ${uid}`, () => {
      expect(problemsWith({ [config]: { mode: 0o100644 } }, text, uid)).toEqual(refused);
    });
  }
  it('is good where only its group may', () =>
    expect(problemsWith({ [config]: { mode: 0o100640 } }, text)).toEqual([]));
  it('is told from one without', () => {
    expect(problemsWith({}, 'output pgsql postgres://exact@db/x')).toEqual([]);
    expect(problemsWith({}, 'output pgsql postgres://db/x?user=exact&password=s3cret')).toEqual(refused);
  });
});
