/** How the rows of this host in a shared table compare with the state, in the terms of map-comparison.ts. */
import { familyOf, holdsFamily, type Output } from '../maps/output.ts';
import { addressTexts } from '../maps/shared/answers.ts';
import { asFailure } from '../maps/shared/failure.ts';
import { withoutPassword } from '../maps/shared/password.ts';
import { connectionTo, targetOf } from '../maps/shared/shared-tables.ts';
import { Failure } from '../problem.ts';
import type { FormOf } from '../relay/published-form.ts';
import { shellWord } from '../terminal/shell-word.ts';
import type { MapComparison } from './map-comparison.ts';

/** Compares what readers of the table see of this host's rows with the addresses that relay by the state. */
export async function compareTable(
  output: Output,
  relaying: readonly string[],
  formOf: FormOf,
): Promise<MapComparison> {
  const target = targetOf(output);
  const wanted = new Set(relaying.filter((address) => holdsFamily(output, familyOf(address))).map(formOf));
  const map = withoutPassword(`${output.type} ${output.path}`);
  // Rows that somebody else has taken out are not missed by a run: it goes by what it has sent.
  const mend = `exact expire --forget-host ${shellWord(target.source)} && exact update`;
  const same = { map, leftOut: 0, mta: [], mend };
  const connection = await connectionTo({ output, target });
  try {
    const question = connection.sql.addressesOf(target.source);
    const [answer = []] = await asFailure(output, () => connection.run([question]));
    const rows = addressTexts(answer);
    const found = new Set(rows);
    const missing = [...wanted].filter((form) => !found.has(form));
    const extra = rows.filter((form) => !wanted.has(form));
    return { ...same, agrees: missing.length + extra.length === 0, addresses: found.size, missing, extra };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const trouble = error.problem.why ?? error.problem.what;
    return { ...same, agrees: false, addresses: 0, missing: [...wanted], extra: [], trouble };
  } finally {
    connection.close();
  }
}
