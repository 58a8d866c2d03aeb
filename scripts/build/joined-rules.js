// What src/servers/*/ has under one name, as one text: the built-in catalog of rules.conf, what is known of lines that are
// no logins, of shapes.conf, what a host with the server must know, of cautions.conf, and failed logins, of failures.conf. Modules import it by that name,
// star and all, and who bundles them uses one of these plugins.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const imported = /\/servers\/\*\/(rules|shapes|cautions|failures)\.conf$/;
const name = 'exact:joined-rules';

/** Returns the names of the folders in src/servers, in the order of their characters, the same on every machine. */
export function serverNames(root) {
  return readdirSync(join(root, 'src/servers'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Returns the files of one name (`rules`, `shapes`, `cautions`, `failures`) of all servers in the order of their names. */
function joined(root, file) {
  return serverNames(root)
    .map((server) => [server, join(root, 'src/servers', server, `${file}.conf`)])
    .filter(([, path]) => existsSync(path))
    .map(([server, path]) => `${file === 'rules' ? '' : `server ${server}\n`}${readFileSync(path, 'utf8')}`)
    .join('\n');
}

/** Returns a plugin for esbuild, which gets the joined text for the import. */
export function joinedRulesForEsbuild(root) {
  return {
    name,
    setup({ onLoad, onResolve }) {
      onResolve({ filter: imported }, ({ path }) => ({ path: imported.exec(path)[1], namespace: name }));
      onLoad({ filter: /.*/, namespace: name }, ({ path }) => ({
        contents: joined(root, path),
        loader: 'text',
      }));
    },
  };
}

/** Returns a plugin for Vite, and so for Vitest, which does the same. */
export function joinedRulesForVite(root) {
  const marked = `\0${name}:`;
  return {
    name,
    enforce: 'pre',
    resolveId: (path) => (imported.test(path) ? `${marked}${imported.exec(path)[1]}` : undefined),
    load: (id) =>
      id.startsWith(marked)
        ? `export default ${JSON.stringify(joined(root, id.slice(marked.length)))};`
        : undefined,
  };
}
