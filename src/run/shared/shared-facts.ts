/** What metrics tell of the tables that hosts share, by what this host knows of them when a run ends. */
import { withoutPassword } from '../../maps/shared/password.ts';
import { sharedTables } from '../../maps/shared/shared-tables.ts';
import { unknownTable } from '../../state/tables-file.ts';
import type { SharedFacts } from '../metrics.ts';
import type { RunContext } from '../run-context.ts';
import { textOfRevocation } from './push-table.ts';

/** Returns the facts of each table. */
export function sharedFacts({ settings, known, neededRevocations }: RunContext): SharedFacts[] {
  return sharedTables(settings).map(({ output, target }) => {
    const { pushed, sent, hosts, size } = known[target.key] ?? unknownTable;
    const has = new Set(sent);
    return {
      table: withoutPassword(`${output.type} ${output.path}`),
      pushed: pushed > 0 ? pushed : undefined,
      unsent: neededRevocations.filter((each) => !has.has(textOfRevocation(each))).length,
      ...{ hosts, rows: size },
    };
  });
}
