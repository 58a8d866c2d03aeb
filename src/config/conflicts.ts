/** Settings that are good by themselves and cannot stand together. */
import { ExitStatus } from '../exit-status.ts';
import { holdsFamily } from '../maps/output.ts';
import { withoutPassword } from '../maps/shared/password.ts';
import type { Problem } from '../problem.ts';
import { writeOutput } from './output-line.ts';
import type { OutputType } from './parameter.ts';
import type { Origin, Settings } from './settings.ts';

/** Returns every conflict within the settings but those of paths, which shared-paths.ts finds. */
export function conflicts(settings: Settings, outputTypes: readonly OutputType[]): Problem[] {
  return [
    ...unfitOutputs(settings, outputTypes),
    ...serversBesideAuto(settings),
    ...internalLogWithoutFile(settings),
  ];
}

/** Returns the problem of a setting that cannot stand beside others. */
export function conflict(where: Origin | undefined, what: string, why: string, fix?: string): Problem {
  return {
    status: ExitStatus.config,
    where: where ?? 'default',
    what,
    why,
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Outputs whose type cannot hold what is to be published, or that this host cannot make. */
function* unfitOutputs(settings: Settings, outputTypes: readonly OutputType[]): Generator<Problem> {
  const { ipv6Prefix, origins } = settings;
  for (const output of settings.outputs) {
    const type = outputTypes.find((each) => each.name === output.type);
    if (type === undefined) continue;
    const what = `output ${withoutPassword(writeOutput(output))}`;
    const where = output.origin === 'default' ? origins.get('ipv6-prefix') : output.origin;
    if (ipv6Prefix < 128 && !type.holdsNetworks && holdsFamily(output, 'ipv6')) {
      const others = outputTypes.filter((each) => each.holdsNetworks).map((each) => each.name);
      yield conflict(
        where,
        what,
        `cannot hold networks, which ipv6-prefix ${ipv6Prefix} publishes`,
        `give it the option ipv4, and IPv6 an output of another type (${others.join(', ')})`,
      );
    }
    const refusal = type.refusal?.(output, ipv6Prefix);
    if (refusal !== undefined) yield conflict(where, what, refusal);
  }
}

/** Returns where a value of a name that may repeat is given. */
export function originOf(
  name: string,
  value: string,
  origins: ReadonlyMap<string, Origin>,
): Origin | undefined {
  return origins.get(`${name} ${value}`) ?? origins.get(name);
}

/** `auto` is every rule: a name beside it was meant to leave the others out, and would not. */
function* serversBesideAuto({ servers, origins }: Settings): Generator<Problem> {
  if (servers.length < 2 || !servers.includes('auto')) return;
  const others = servers.filter((name) => name !== 'auto').join(', ');
  yield conflict(
    originOf('server', 'auto', origins),
    'server auto',
    `already means every rule, so naming ${others} adds nothing`,
    'remove auto, or the others',
  );
}

function* internalLogWithoutFile({ logging, logfile, origins }: Settings): Generator<Problem> {
  if (logging !== 'internal' || logfile !== undefined) return;
  yield conflict(origins.get('logging'), 'logging internal', 'needs a logfile', 'write logfile PATH');
}
