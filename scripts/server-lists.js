// Writes the lists of servers in README.md and the manual page, as the build does. With --check it writes nothing, and
// fails if a file has not what the folders in src/servers give.
import { fileURLToPath } from 'node:url';
import { writeServerLists } from './build/server-lists.js';

const isCheck = process.argv.includes('--check');
for (const path of writeServerLists(fileURLToPath(new URL('..', import.meta.url)), isCheck)) {
  if (!isCheck) continue;
  console.error(`${path}: its list of servers is not what src/servers gives; run npm run build`);
  process.exitCode = 1;
}
