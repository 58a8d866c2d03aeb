/** The configuration that a command works with, or all that is wrong with it. */

import { ExitStatus } from '../exit-status.ts';
import type { Invocation } from '../host/invocation.ts';
import { outputTypes } from '../maps/map-types.ts';
import { Failure, type Problem } from '../problem.ts';
import { loadSettings } from './load.ts';
import type { Settings } from './settings.ts';

/** Settings, and warnings about the file that they come from. */
export interface Configured {
  readonly settings: Settings;
  readonly warnings: readonly Problem[];
  /** What only `update --check` tells: names without effect, and what old names mean today. */
  readonly notes: readonly Problem[];
}

/** A configuration that cannot be used: what is wrong with it, and where the state lies if that much is clear. */
export interface Misconfigured {
  readonly problems: readonly Problem[];
  readonly state: string | undefined;
  /** What it says all the same, for a look at the rest of the host; undefined where it is not to be believed. */
  readonly assumed: Settings | undefined;
  readonly notes: readonly Problem[];
}

/** Loads the configuration. */
export function loadConfiguration(invocation: Invocation): Configured | Misconfigured {
  const { settings, problems, notes, state, assumed } = loadSettings({
    configOption: invocation.value('config'),
    stateOption: invocation.value('state'),
    env: invocation.world.env,
    uid: process.getuid?.() ?? 0,
    outputTypes,
  });
  if (settings !== undefined) return { settings, warnings: problems, notes };
  const told = problems.map((problem) => ({ consequence: 'nothing was changed', ...problem }));
  return { problems: told, state, assumed, notes };
}

/** Tells a usable configuration from one that is not. */
export function isConfigured(loaded: Configured | Misconfigured): loaded is Configured {
  return 'settings' in loaded;
}

/** Loads the configuration; tells everything that is wrong with it and returns undefined if it cannot be used. */
export function configure(invocation: Invocation): Configured | undefined {
  const loaded = loadConfiguration(invocation);
  if (isConfigured(loaded)) return loaded;
  for (const problem of loaded.problems) invocation.report(problem);
  return undefined;
}

/** Refuses `--now` without `--state`: a replay must not empty a live table. */
export function checkReplay(invocation: Invocation): void {
  if (!invocation.has('now') || invocation.has('state')) return;
  throw new Failure({
    status: ExitStatus.usage,
    where: '--now',
    what: 'needs --state',
    why: 'another clock would empty the live table',
    fix: 'add --state FILE, a copy or a file of its own',
  });
}
