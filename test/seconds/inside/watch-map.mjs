// Prints as JSON when each address came into the map, in milliseconds since 1970. The arguments are what the addresses
// begin with, how many are waited for, and for how many milliseconds at most.
import { lookUntil, published } from './map.mjs';

const [network, count, patienceMs] = process.argv.slice(2);
const ours = () => [...published].filter(([address]) => address.startsWith(network));
await lookUntil(() => ours().length >= Number(count), Number(patienceMs));
process.stdout.write(JSON.stringify(Object.fromEntries(ours())));
