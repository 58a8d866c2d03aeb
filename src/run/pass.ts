/** What a run asks of the pass over the table, and whether there is any use in one. */

import { arePublished, isSameFile } from '../maps/publisher.ts';
import { fileOutputs } from '../maps/shared/shared-tables.ts';
import type { Batch } from '../relay/batch.ts';
import type { MergeSink } from '../relay/merge.ts';
import { publishedForms } from '../relay/published-form.ts';
import type { TableRun } from '../state/table-run.ts';
import type { RunContext } from './run-context.ts';

/** Whether nothing in the table, and nothing in a map, can have changed since the last run. */
export function isIdle(context: RunContext, batch: Batch): boolean {
  const { saved, settings, policy } = context;
  return (
    batch.isEmpty &&
    !saved.isChangeDue &&
    !context.startsAfresh &&
    saved.policy === context.policyText &&
    // One of another time: the run that wrote it did not come to its end.
    isSameFile(context.revokedFile, saved.revoked) &&
    isSameFile(context.permitsFile, saved.permits) &&
    (saved.nextExpiry === null || saved.nextExpiry > policy.now) &&
    // A clock set back: no pair may have its last login after now.
    saved.lastRun.time <= policy.now &&
    arePublished(fileOutputs(settings), saved.maps)
  );
}

/** Returns the pass that a run asks for; with `startsEmpty` the batch alone makes the table. */
export function passOf(
  context: RunContext,
  batch: Batch,
  report: MergeSink['report'],
  startsEmpty: boolean,
): TableRun {
  const { settings, saved, policy } = context;
  const isPolicyNew = saved.policy !== context.policyText;
  const isSetBack = saved.lastRun.time > policy.now;
  // A pair that a revocation has spared once is spared always: logins that it voids are refused. Those of other hosts
  // may move, as the clock of the database does.
  const areRevocationsNew =
    context.hasRevoked || context.elsewhere.length > 0 || !isSameFile(context.revokedFile, saved.revoked);
  return {
    path: context.paths.pairs,
    startsEmpty: startsEmpty || context.hasLostPairs,
    changes: batch.sorted(),
    strayLogouts: batch.strayLogouts,
    policy,
    permits: context.permits,
    judgesOldPairs: isPolicyNew || isSetBack || areRevocationsNew || context.startsAfresh,
    entries: saved.entries,
    limits: settings,
    outputs: fileOutputs(settings),
    formOf: publishedForms(policy, settings.ipv6Prefix),
    published: saved.maps,
    forcesMaps: isPolicyNew,
    report,
  };
}
