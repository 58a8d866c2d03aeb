/** The rows of this host in a shared table, as they should be by the pairs on disk. */
import { familyOf, holdsFamily, type Output } from '../../maps/output.ts';
import { RowsBuilder } from '../../maps/shared/rows.ts';
import { type EntryOptions, visitEntries } from '../../relay/entry.ts';
import { publishedForms } from '../../relay/published-form.ts';
import { withPairs } from '../../state/table-run.ts';
import type { RunContext } from '../run-context.ts';

/**
 * Returns the rows of an output by what the run goes by. What lives for longer than `timeout` from now, an open session
 * or a permit, ends then all the same if no run renews it: nothing outlives its host for longer.
 */
export function liveRows({ paths, settings, permits, policy }: RunContext, output: Output): RowsBuilder {
  const rows = new RowsBuilder(policy.now + policy.timeout);
  const openPairs: EntryOptions['openPairs'] = (use) =>
    withPairs({ path: paths.pairs, startsEmpty: false }, use);
  const formOf = publishedForms(policy, settings.ipv6Prefix);
  visitEntries({ openPairs, policy, permits, limits: settings }, ({ address, users, relays }) => {
    if (!relays || !holdsFamily(output, familyOf(address))) return;
    const form = formOf(address);
    for (const { user, expires, isHeldBack } of users) {
      if (!isHeldBack) rows.add(form, address, user, expires);
    }
  });
  return rows;
}
