/** The addresses and networks that the operands of a command name; `-` stands for those on standard input. */
import { text } from 'node:stream/consumers';
import { ExitStatus } from '../exit-status.ts';
import type { Invocation } from '../host/invocation.ts';
import { Failure } from '../problem.ts';
import { isNetwork, type Network, parseNetwork } from '../relay/network.ts';

/** Returns the networks, in their order, or throws a {@link Failure} that names the first word that is none. */
export async function namedNetworks(
  { operands, world }: Pick<Invocation, 'operands' | 'world'>,
  fix: string,
): Promise<readonly Network[]> {
  const networks: Network[] = [];
  for (const operand of operands) {
    if (operand === '-') networks.push(...networksIn(await text(world.stdin), fix));
    else networks.push(networkOf(operand, { status: ExitStatus.usage, where: operand, fix }));
  }
  return networks;
}

/** As many as there are, a line or a word each: what `cut -f1` and people write. */
function networksIn(input: string, fix: string): Network[] {
  const networks = input.split('\n').flatMap((line, index) => {
    const words = line.split(/\s+/).filter((word) => word !== '');
    const where = (word: string) => `standard input:${index + 1}: ${word}`;
    return words.map((word) => networkOf(word, { status: ExitStatus.data, where: where(word), fix }));
  });
  if (networks.length > 0) return networks;
  const status = ExitStatus.data;
  throw new Failure({
    status,
    where: 'standard input',
    what: 'names no address',
    fix: 'write one on each line',
  });
}

interface Told {
  readonly status: ExitStatus;
  readonly where: string;
  readonly fix: string;
}

function networkOf(word: string, told: Told): Network {
  const network = parseNetwork(word);
  if (isNetwork(network)) return network;
  throw new Failure({ ...told, what: network.reason });
}
