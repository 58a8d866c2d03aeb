/** Crash safety, call by call: {@link sweep}. */
import { describe, expect, it } from 'vitest';
import { sweep, sweptCommands } from './crash-sweep.ts';

describe.each(sweptCommands)(
  'C02 S01 exact $command.0, killed or failing at every call on its files,',
  (swept) => {
    it('leaves whole maps, and the next run makes everything right', async () => {
      expect(await sweep(swept, process.execPath)).toEqual([]);
    }, 1_800_000);
  },
);
