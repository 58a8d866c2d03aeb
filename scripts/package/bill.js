// The software bill of materials: what `npm sbom` says of the packages that the bundle has parts of, and no others.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns it as CycloneDX; `epoch`, its time, in seconds since 1970. */
export function bill(root, epoch) {
  const options = ['--sbom-format', 'cyclonedx', '--package-lock-only'];
  const whole = JSON.parse(
    execFileSync('npm', ['sbom', ...options], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 }),
  );
  const isBundled = bundledPackages(root);
  const components = whole.components
    .filter(({ group, name, version }) => isBundled.has(`${group ? `${group}/` : ''}${name} ${version}`))
    .map(({ properties: _ofTheTree, scope: _ofTheTree2, ...component }) => ({
      ...component,
      scope: 'required',
    }))
    .sort((one, other) => (one['bom-ref'] < other['bom-ref'] ? -1 : 1));
  const refs = new Set(components.map((one) => one['bom-ref']));
  // npm names it by the folder.
  const component = { ...whole.metadata.component, type: 'application', name: 'exact-relay' };
  // A number and a time of its own would make each bill another one.
  const { serialNumber: _number, ...rest } = whole;
  return `${JSON.stringify(
    {
      ...rest,
      metadata: { ...whole.metadata, component, timestamp: new Date(Number(epoch) * 1000).toISOString() },
      components,
      dependencies: [
        { ref: component['bom-ref'], dependsOn: [...refs] },
        ...[...refs].map((ref) => ({ ref, dependsOn: dependsOn(whole, ref, refs) })),
      ],
    },
    undefined,
    2,
  )}\n`;
}

function dependsOn(whole, ref, refs) {
  return (whole.dependencies.find((one) => one.ref === ref)?.dependsOn ?? [])
    .filter((one) => refs.has(one))
    .sort();
}

/** Name and version of each package in the bundle, as the build has noted them beside their licences. */
function bundledPackages(root) {
  const text = readFileSync(join(root, 'dist/licenses.txt'), 'utf8');
  return new Set([...text.matchAll(/^(\S+ \S+): /gm)].map(([, known]) => known));
}
