// The built-in catalog: src/servers/*/rules.conf as one text. src/rules/catalog-text.ts imports it by that name, star
// and all, and who bundles it uses one of these plugins.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const imported = /\/servers\/\*\/rules\.conf$/;
const name = 'exact:joined-rules';

/** Returns the names of the folders in src/servers, in the order of their characters, the same on every machine. */
export function serverNames(root) {
  return readdirSync(join(root, 'src/servers'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Returns the rules of all servers, in the order of their names. `root` is the folder of the project. */
function joinedRules(root) {
  return serverNames(root)
    .map((server) => readFileSync(join(root, 'src/servers', server, 'rules.conf'), 'utf8'))
    .join('\n');
}

/** Returns a plugin for esbuild, which gets the joined rules for the import. */
export function joinedRulesForEsbuild(root) {
  return {
    name,
    setup({ onLoad, onResolve }) {
      onResolve({ filter: imported }, () => ({ path: name, namespace: name }));
      onLoad({ filter: /.*/, namespace: name }, () => ({ contents: joinedRules(root), loader: 'text' }));
    },
  };
}

/** Returns a plugin for Vite, and so for Vitest, which does the same. */
export function joinedRulesForVite(root) {
  return {
    name,
    enforce: 'pre',
    resolveId: (path) => (imported.test(path) ? `\0${name}` : undefined),
    load: (id) => (id === `\0${name}` ? `export default ${JSON.stringify(joinedRules(root))};` : undefined),
  };
}
