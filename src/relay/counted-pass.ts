/** The passes that bounds are worked out by: a merge that writes nothing, and shows what it would write. */
import type { Changes } from './batch.ts';
import type { CountedPass } from './bounds.ts';
import { type MergeOptions, merge } from './merge.ts';
import type { PairStream } from './pair-stream.ts';

/** Hands the pairs, each time from the start, the changes and the rest of a merge to whoever makes it. */
export type OpenMerge = (
  use: (stream: PairStream, changes: Changes, options: Omit<MergeOptions, 'bounds'>) => void,
) => void;

/** Returns the pass over a merge. */
export function countedPass(open: OpenMerge): CountedPass {
  return (bounds, visit, visitStretch) => {
    let added = 0;
    open((stream, changes, options) => {
      merge(
        stream,
        changes,
        {
          keep(kept, pair) {
            visit(
              pair?.user ?? kept.user(),
              () => kept.key,
              () => (pair ?? kept.pair()).first,
            );
          },
          ...(visitStretch && { keepStretch: visitStretch }),
          write(pair, key) {
            visit(
              pair.user,
              () => key,
              () => pair.first,
            );
          },
          publish() {},
          report(outcome) {
            if (outcome === 'added') added++;
          },
        },
        { ...options, bounds },
      );
    });
    return added;
  };
}
