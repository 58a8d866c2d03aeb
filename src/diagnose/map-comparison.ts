/** How a published map compares with the state: as Exact reads it, and as the MTA's own programs do. */

import { familyOf, holdsFamily, type Output } from '../maps/output.ts';
import { typeOf } from '../maps/publisher.ts';
import type { MtaAnswer } from '../mtas/mta.ts';
import { mtas } from '../mtas/mtas.ts';
import { Failure, reasonOf } from '../problem.ts';
import type { FormOf } from '../relay/published-form.ts';

/** How a map compares with the state; a list holds canonical addresses and networks. */
export interface MapComparison {
  readonly map: string;
  /** Whether nothing is missing or extra, and no program of an MTA reads it otherwise. */
  readonly agrees: boolean;
  /** How many it holds. */
  readonly addresses: number;
  /** Relays by the state, not in the map: those clients are refused. */
  readonly missing: readonly string[];
  /** In the map, does not relay by the state: the relay is open to them. */
  readonly extra: readonly string[];
  /** How many the map does not name: a file of the admin's that it merges says otherwise, or it would name others too. */
  readonly leftOut: number;
  readonly mta: readonly MtaComparison[];
  /** Why it cannot be read. */
  readonly trouble?: string;
  /** Commands that publish it anew, where a run alone does not. */
  readonly mend?: string;
}

/** What an MTA's own program says of the map. */
export interface MtaComparison {
  readonly program: string;
  /** How many addresses it was asked for. */
  readonly asked: number;
  /** Where it says otherwise than the map as Exact reads it. */
  readonly differs: readonly string[];
  /** What it said when it failed. */
  readonly trouble?: string;
}

/** At most so many addresses are looked up through an MTA. */
const mostAsked = 1000;

/** What no map names: reserved, and of documentation's last network. */
const strangers = { ipv4: '255.255.255.254', ipv6: '2001:db8:ffff:ffff::fffe' } as const;

/** Compares the map of an output with the addresses that relay by the state. */
export function compareMap(output: Output, relaying: readonly string[], formOf: FormOf): MapComparison {
  const type = typeOf(output);
  const map = `${output.type} ${type.publishedPath(output)}`;
  const forms = new Set(relaying.filter((address) => holdsFamily(output, familyOf(address))).map(formOf));
  try {
    const leavesOut = type.leavesOut?.(output) ?? (() => false);
    const wanted = new Set([...forms].filter((form) => !leavesOut(form)));
    const found = new Set(type.read(output));
    const missing = [...wanted].filter((form) => !found.has(form));
    const extra = [...found].filter((form) => !wanted.has(form));
    const asked = [...wanted].slice(0, mostAsked).concat(extra.slice(0, mostAsked), Object.values(strangers));
    const answers = mtas.flatMap((mta) => mta.askMap?.(output, asked) ?? []);
    const mta = answers.map((answer) => compareAnswer(answer, found));
    return {
      map,
      agrees: missing.length + extra.length === 0 && mta.every(({ differs }) => differs.length === 0),
      addresses: found.size,
      missing,
      extra,
      leftOut: forms.size - wanted.size,
      mta,
    };
  } catch (error) {
    const trouble = error instanceof Failure ? (error.problem.why ?? error.problem.what) : reasonOf(error);
    const missing = [...forms];
    return { map, agrees: false, addresses: 0, missing, extra: [], leftOut: 0, mta: [], trouble };
  }
}

function compareAnswer(answer: MtaAnswer, found: ReadonlySet<string>): MtaComparison {
  const { program, asked, relays, trouble } = answer;
  return {
    program,
    asked: asked.length,
    differs: relays === undefined ? [] : asked.filter((form) => relays.has(form) !== found.has(form)),
    ...(trouble === undefined ? {} : { trouble }),
  };
}
