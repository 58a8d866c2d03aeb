// A module whose value is plain data and takes long to come to is run while the bundle is built, and the bundle gets
// the value.
import { evaluated } from './evaluated.js';

/**
 * Returns an esbuild plugin that puts the value of a module's one export, which JSON can hold, in the module's place.
 * `path` is that of the module below the project, `name` its export, `options` are those of the build.
 */
export function prepared(path, name, options) {
  return {
    name: 'prepared',
    setup({ onLoad }) {
      onLoad({ filter: new RegExp(`/${path.replaceAll('.', '\\.')}$`) }, async () => {
        const module = await evaluated(path, options);
        const json = JSON.stringify(JSON.stringify(module[name]));
        return { contents: `export const ${name} = JSON.parse(${json});`, loader: 'js' };
      });
    },
  };
}
