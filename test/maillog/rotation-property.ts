/** What random schedules of writing, rotating, destroying and reading show of a log, against the model's oracle. */
import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { type Event, SyslogModel } from './syslog-model.ts';

const weights: readonly (readonly [number, Event])[] = [
  [8, 'write'],
  [2, 'write half'],
  [3, 'rename'],
  [1, 'rename, writer follows later'],
  [2, 'reopen'],
  [2, 'copytruncate'],
  [1, 'truncate'],
  [1, 'delete and create'],
  [2, 'compress'],
  [1, 'drop the oldest'],
  [1, 'touch'],
  [6, 'run'],
  [1, 'run that crashes'],
  [1, 'run that is stopped'],
];
const event = fc.oneof(
  ...weights.map(([weight, arbitrary]) => ({ weight, arbitrary: fc.constant(arbitrary) })),
);

/** Runs so many random schedules. Throws with the shortest one that shows a line lost, read twice, or read by half. */
export async function checkRotation(runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ isDated: fc.boolean(), appends: fc.boolean() }),
      fc.array(event, { minLength: 10, maxLength: 60 }),
      async (habits, events) => {
        const host = new SyslogModel(habits);
        for (const one of events) await host.happen(one);
        await host.end();
        deepEqual(host.faults, []);
      },
    ),
    { numRuns: runs },
  );
}
