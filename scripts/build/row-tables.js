// Makes the tables that `exact parse` begins with (src/recognize/rows/sampled-tables.ts) of the samples in src/servers.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluated } from './evaluated.js';
import { serverNames } from './joined-rules.js';

/** Returns the file of the tables; `options` are those of the build. */
export async function rowTables(root, options) {
  const { sampledTables } = await evaluated('src/recognize/rows/sampled-tables.ts', options);
  return sampledTables(sampleLogs(root));
}

/** The samples of all servers, in the order of their names. */
function sampleLogs(root) {
  return serverNames(root).flatMap((server) => {
    const folder = join(root, 'src/servers', server);
    return readdirSync(folder)
      .filter((file) => file.endsWith('.log'))
      .sort()
      .map((file) => readFileSync(join(folder, file), 'utf8'));
  });
}
