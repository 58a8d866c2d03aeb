// The licences of the packages that a bundle has parts of: who hands on the bundle has to hand on these.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the text for the packages that esbuild's metafile names as inputs, sorted by name. */
export function bundledLicenses(metafile, root) {
  const names = Object.keys(metafile.inputs).flatMap(
    (path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)]
    .sort()
    .map((name) => licenseOf(join(root, 'node_modules', name)))
    .join('\n');
}

function licenseOf(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^(?:licen[cs]e|copying)(?:\.\w+)?$/i.test(entry));
  // A few name their licence and author in package.json alone.
  const terms =
    file === undefined ? `By ${author?.name ?? author}` : readFileSync(join(folder, file), 'utf8').trim();
  return `${name} ${version}: ${license}\n\n${terms.replace(/\r/g, '').replace(/^(?=.)/gm, '    ')}\n`;
}
