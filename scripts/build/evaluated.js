// Modules of src/ that are run while the bundle is built.
import { build } from 'esbuild';

/** Returns what a module exports. `path` is below the project, `options` are those of the build. */
export async function evaluated(path, options) {
  const { outputFiles } = await build({
    ...options,
    entryPoints: [path],
    bundle: true,
    format: 'esm',
    write: false,
  });
  const source = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${source}`);
}
