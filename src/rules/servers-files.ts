/**
 * Stanzas of an admin's servers files: which there are, which of them EXACT 1.41 shipped, and the rules that they make.
 * Loaded only where there is such a file.
 */
import { ExitStatus } from '../exit-status.ts';
import type { Problem } from '../problem.ts';
import { type ShippedStanza, shippedStanza, shippedStanzas } from './original-stanzas.ts';
import type { PreparedRule } from './prepare.ts';
import { parseStanzas, type Stanza } from './stanza.ts';

export { compileStanza } from './compile.ts';

/** A servers file that has been read. */
export interface ServersFile {
  readonly path: string;
  readonly text: string;
}

/** A note that a stanza which EXACT 1.41 shipped is replaced by a built-in rule. */
export interface ReplacedStanza extends Problem {
  /** The servers file, and the name that the stanza has in it. */
  readonly stanza: { readonly file: string; readonly name: string };
}

/** What stands for the rules of each server, and what is to be said of the files. */
export interface Collected {
  readonly servers: Map<string, readonly (PreparedRule | Stanza)[]>;
  readonly problems: Problem[];
  readonly notes: ReplacedStanza[];
}

/** Adds the stanzas of files to the built-in rules; a server of a later file takes the place of an earlier one. */
export function addFiles(
  { servers, problems, notes }: Collected,
  files: readonly ServersFile[],
  shipped: ReadonlyMap<string, ShippedStanza> = shippedStanzas,
): void {
  const builtIn = new Map(servers);
  for (const { path, text } of files) {
    const parsed = parseStanzas(path, text);
    problems.push(...parsed.problems);
    const ofFile = new Map<string, (PreparedRule | Stanza)[]>();
    for (const stanza of parsed.stanzas) {
      const original = shippedStanza(stanza, shipped);
      const replacement = original && builtIn.get(original.name);
      if (original !== undefined && replacement !== undefined) notes.push(replacedNote(stanza, original));
      // Under the name that the file gave it: `server` lines select it by that.
      const rules = replacement?.map((one) => ({ ...one, name: stanza.name })) ?? [stanza];
      ofFile.set(stanza.name, [...(ofFile.get(stanza.name) ?? []), ...rules]);
    }
    for (const [name, rules] of ofFile) servers.set(name, rules);
  }
}

function replacedNote({ file, line, name }: Stanza, { name: shipped, fault }: ShippedStanza): ReplacedStanza {
  return {
    stanza: { file, name },
    status: ExitStatus.ok,
    isWarning: true,
    where: `${file}:${line}: rule ${name}`,
    what: 'is that of EXACT 1.41',
    ...(fault === undefined ? {} : { why: fault }),
    consequence: `the built-in '${shipped}' is used in its place`,
  };
}
