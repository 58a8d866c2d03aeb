/** R26: random schedules of writing, rotating, destroying and reading, against the model's oracle. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Event, SyslogModel } from './syslog-model.ts';

/** EXACT_SEEDS=200 and more for a thorough run. */
const runs = Number(process.env.EXACT_SEEDS ?? 100);

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

it(`R26 ${runs} random schedules: no line lost, none read twice, no half line`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ isDated: fc.boolean(), appends: fc.boolean() }),
      fc.array(event, { minLength: 10, maxLength: 60 }),
      async (habits, events) => {
        const host = new SyslogModel(habits);
        for (const one of events) await host.happen(one);
        await host.end();
        expect(host.faults).toEqual([]);
      },
    ),
    { numRuns: runs },
  );
}, 600_000);
