/** Settings that are good by themselves and cannot stand together. */
import { basename, dirname, join } from 'node:path';
import { ExitStatus } from '../exit-status.ts';
import type { Problem } from '../problem.ts';
import type { FileAccess } from './locate.ts';
import type { OutputType } from './parameter.ts';
import { withoutPassword } from './password.ts';
import type { Origin, Output, Settings } from './settings.ts';

/** Returns every conflict within the settings; of the file system it asks only which paths are the same. */
export function conflicts(
  settings: Settings,
  outputTypes: readonly OutputType[],
  files: FileAccess,
): Problem[] {
  return [
    ...unfitOutputs(settings, outputTypes),
    ...sharedPaths(settings, outputTypes, files),
    ...serversBesideAuto(settings),
    ...internalLogWithoutFile(settings),
  ];
}

function conflict(where: Origin | undefined, what: string, why: string, fix?: string): Problem {
  return {
    status: ExitStatus.config,
    where: where ?? 'default',
    what,
    why,
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Outputs whose type cannot hold what is to be published, or that this host cannot make. */
function* unfitOutputs(settings: Settings, outputTypes: readonly OutputType[]): Generator<Problem> {
  const { ipv6Prefix, origins } = settings;
  for (const output of settings.outputs) {
    const type = outputTypes.find((each) => each.name === output.type);
    if (type === undefined) continue;
    const what = `output ${type.name} ${withoutPassword(output.path)}`;
    const where = output.origin === 'default' ? origins.get('ipv6-prefix') : output.origin;
    if (ipv6Prefix < 128 && !type.holdsNetworks && output.families !== 'ipv4') {
      const others = outputTypes.filter((each) => each.holdsNetworks).map((each) => each.name);
      yield conflict(
        where,
        what,
        `cannot hold networks, which ipv6-prefix ${ipv6Prefix} publishes`,
        `give it the option ipv4, and IPv6 an output of another type (${others.join(', ')})`,
      );
    }
    const refusal = type.refusal?.(output);
    if (refusal !== undefined) yield conflict(where, what, refusal);
  }
}

/** A path, what it is for, and where that is said. */
interface Use {
  readonly path: string;
  readonly purpose: string;
  readonly origin: Origin | undefined;
}

/** Files that Exact writes over and that something else is in: a map in the place of the mail log ends the log. */
function* sharedPaths(
  settings: Settings,
  outputTypes: readonly OutputType[],
  files: FileAccess,
): Generator<Problem> {
  const taken = new Map<string, Use>();
  for (const use of filesRead(settings)) {
    // A link is not written through but replaced, so both it and what it leads to must stay.
    taken.set(inRealFolder(use.path, files), use);
    taken.set(realPath(use.path, files), use);
  }
  for (const use of filesWritten(settings, outputTypes)) {
    const path = inRealFolder(use.path, files);
    const other = taken.get(path);
    if (other === undefined) taken.set(path, use);
    else
      yield conflict(use.origin, `${use.purpose} ${use.path}`, `is ${other.purpose} too (${other.origin})`);
  }
}

function inRealFolder(path: string, files: FileAccess): string {
  return path.startsWith('/') ? join(realPath(dirname(path), files), basename(path)) : path;
}

/** Returns the path without links, or as it is where nothing is there yet. */
function realPath(path: string, files: FileAccess): string {
  try {
    return path.startsWith('/') ? files.realPath(path) : path;
  } catch {
    return path;
  }
}

function filesRead({ file, maillogs, serverdefs, origins }: Settings): Use[] {
  return [
    ...(file === undefined ? [] : [{ path: file, purpose: 'this configuration', origin: file }]),
    ...maillogs.map((path) => ({ path, purpose: 'maillog', origin: originOf('maillog', path, origins) })),
    ...serverdefs.map((path) => ({
      path,
      purpose: 'serverdefs',
      origin: originOf('serverdefs', path, origins),
    })),
  ];
}

function filesWritten(settings: Settings, outputTypes: readonly OutputType[]): Use[] {
  const { state, logfile, metrics, outputs, origins } = settings;
  const stateFiles = ['', '.cursors', '.revoked', '.lock'].map((end) => ({
    path: state + end,
    purpose: 'state',
  }));
  const single = [
    ...stateFiles,
    ...(logfile === undefined ? [] : [{ path: logfile, purpose: 'logfile' }]),
    ...(metrics === undefined ? [] : [{ path: metrics, purpose: 'metrics' }]),
  ];
  return [
    ...single.map((use) => ({ ...use, origin: origins.get(use.purpose) })),
    ...outputs.map((output) => ({
      path: publishedPath(output, outputTypes),
      purpose: `output ${output.type}`,
      origin: output.origin,
    })),
  ];
}

function publishedPath(output: Output, outputTypes: readonly OutputType[]): string {
  const type = outputTypes.find((each) => each.name === output.type);
  return type === undefined || type.takesUrl ? output.path : type.publishedPath(output);
}

function originOf(name: string, value: string, origins: ReadonlyMap<string, Origin>): Origin | undefined {
  return origins.get(`${name} ${value}`) ?? origins.get(name);
}

/** `auto` is every rule: a name beside it was meant to leave the others out, and would not. */
function* serversBesideAuto({ servers, origins }: Settings): Generator<Problem> {
  if (servers.length < 2 || !servers.includes('auto')) return;
  const others = servers.filter((name) => name !== 'auto').join(', ');
  yield conflict(
    originOf('server', 'auto', origins),
    'server auto',
    `is every rule, also beside ${others}`,
    'remove it, or the others',
  );
}

function* internalLogWithoutFile({ logging, logfile, origins }: Settings): Generator<Problem> {
  if (logging !== 'internal' || logfile !== undefined) return;
  yield conflict(origins.get('logging'), 'logging internal', 'no logfile says where', 'write logfile PATH');
}
