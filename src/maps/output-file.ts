/** How the file of an `output` line should be, for every map type alike. */
import type { Output } from './output.ts';
import type { ReplaceOptions } from './replace-file.ts';

/** What follows where a map cannot be published. */
export const keptInUse = 'the old map stays in use, and expired addresses stay in it';

/** What follows where a map cannot be read back. */
export const notKnown = 'whom it lets relay is not known';

/** Returns mode, group and messages for the file that an output publishes. */
export function replaceOptionsOf(output: Output): ReplaceOptions {
  return {
    mode: output.mode,
    verb: 'publish',
    consequence: keptInUse,
    ...(output.group === undefined ? {} : { group: output.group }),
  };
}
