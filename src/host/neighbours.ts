/** The machines beside this host that stand for others: its default gateways, and the bridges to its containers. */
import { networkInterfaces } from 'node:os';
import { type Address, addressOf } from '../relay/address.ts';
import { isNetwork, type Network, parseNetwork } from '../relay/network.ts';
import { readText } from './read-text.ts';

/** A network of containers, or of virtual machines, on this host. */
interface Bridge {
  /** Name of the interface: `docker0`. */
  readonly name: string;
  readonly network: Network;
}

/** What stands for others. */
export interface Neighbours {
  readonly gateways: ReadonlySet<Address>;
  readonly bridges: readonly Bridge[];
}

/** RTF_GATEWAY of linux/route.h: the next hop is not the destination. */
const viaGateway = 2;

/** Names that Docker, CNI plugins and Podman give their bridges. */
const bridgeName = /^(?:docker|br-|cni|podman)/;

/** Returns the neighbours of this host; where the system does not tell, as outside of Linux, none. */
export function findNeighbours(): Neighbours {
  const [ipv4, ipv6] = [textOrNone('/proc/net/route'), textOrNone('/proc/net/ipv6_route')];
  const bridges = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.flatMap(({ cidr }): Bridge[] => {
      const network = parseNetwork(cidr ?? '');
      return bridgeName.test(name) && isNetwork(network) ? [{ name, network }] : [];
    }),
  );
  return { gateways: new Set(gatewaysOf(ipv4, ipv6)), bridges };
}

/** Returns the default gateways of routing tables as Linux shows them in /proc/net/route and /proc/net/ipv6_route. */
export function gatewaysOf(ipv4: string, ipv6: string): Address[] {
  const rows = (text: string) => text.split('\n').map((line) => line.trim().split(/\s+/));
  return [
    ...rows(ipv4).flatMap(([, destination, gateway = '', flags = '', , , , mask]) => {
      const isDefault = destination === '00000000' && mask === '00000000';
      // A number in the order of bytes of the machine, which the field's text does not show: that of x86 and ARM.
      const bytes = gateway.match(/../g)?.reverse().join('') ?? '';
      return isDefault && isVia(flags) ? [addressOf(`4${bytes}`)] : [];
    }),
    ...rows(ipv6).flatMap(([destination = '', length, , , gateway = '', , , , flags = '']) =>
      /^0{32}$/.test(destination) && length === '00' && isVia(flags) ? [addressOf(`6${gateway}`)] : [],
    ),
  ];
}

function isVia(flags: string): boolean {
  return (Number.parseInt(flags, 16) & viaGateway) !== 0;
}

function textOrNone(path: string): string {
  try {
    return readText(path);
  } catch {
    return '';
  }
}
