/** A host for tests of the configuration: a temporary folder that stands for its root, and some map types. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Loaded, type LoadRequest, loadSettings } from '../../src/config/load.ts';
import { type FileAccess, hostFiles } from '../../src/config/locate.ts';
import type { OutputType } from '../../src/config/parameter.ts';
import type { Settings } from '../../src/config/settings.ts';
import { problemText } from '../../src/terminal/problem-text.ts';

/** Returns a new folder, without links in its path, that is removed after the test. */
export function temporaryFolder(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'exact-config-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

/** Writes files below a folder, each by its absolute path on the host that the folder stands for. */
export function writeFiles(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode: 0o600 });
  }
}

/** Returns the real file system, with the root of the host in a folder. */
export function filesBelow(root: string): FileAccess {
  return {
    read: (path) => hostFiles.read(join(root, path)),
    exists: (path) => hostFiles.exists(join(root, path)),
    isFile: (path) => hostFiles.isFile(join(root, path)),
    realPath: (path) => hostFiles.realPath(join(root, path)).slice(root.length) || '/',
    permissions: (path) => hostFiles.permissions(join(root, path)),
  };
}

function outputType(name: string, rest: Partial<OutputType>): OutputType {
  return {
    name,
    hasKinds: false,
    holdsNetworks: false,
    options: [],
    publishedPath: (output) => output.path,
    ...rest,
  };
}

/** One type of each sort. */
export const outputTypes: readonly OutputType[] = [
  outputType('text', { holdsNetworks: true }),
  outputType('cdb', { options: ['exim-net'] }),
  outputType('postmap', {
    hasKinds: true,
    usualKind: 'hash',
    options: ['also=PATH'],
    publishedPath: (output) => `${output.path}.db`,
    refusal: ({ kind }) => (kind === 'sdbm' ? 'this postmap makes no sdbm' : undefined),
  }),
  outputType('cidr', { holdsNetworks: true }),
  outputType('tcprules', { options: ['merge=PATH', 'table='] }),
  outputType('pgsql', { takesUrl: true, schemes: ['postgres'], holdsNetworks: true }),
  outputType('mysql', { takesUrl: true, schemes: ['mysql'], holdsNetworks: true }),
];

/** Loads settings on a host on which only the given files exist; `config` is /etc/exact/exact.conf. */
export function loadOn(
  files: Readonly<Record<string, string>>,
  request: Partial<LoadRequest> = {},
): Loaded & { root: string } {
  const root = temporaryFolder();
  writeFiles(root, files);
  return { root, ...loadSettings({ env: {}, uid: 1000, outputTypes, files: filesBelow(root), ...request }) };
}

/** Loads a configuration from its text, as /etc/exact/exact.conf. */
export function load(config: string): Loaded {
  return loadOn({ '/etc/exact/exact.conf': config, '/var/log/mail.log': '' });
}

/** Loads a configuration that is good. */
export function settingsOf(config: string): Settings {
  const { settings, problems } = load(config);
  if (settings === undefined) throw new Error(problems.map(problemText).join('\n'));
  return settings;
}

/** Returns the lines that are printed for a configuration, `/etc/exact/` left out. */
export function problemsOf(config: string): string[] {
  return load(config).problems.map((problem) => problemText(problem).replaceAll('/etc/exact/', ''));
}
