/** The plan of the house: ARCHITECTURE.md lists the rooms, and every import of src/ goes down that list. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ParseResult, parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

const project = fileURLToPath(new URL('..', import.meta.url));

/** How many files one folder may have before nobody finds anything in it. */
const mostFiles = 35;

/** Paths of the rooms, in the order of the list. */
function listedRooms(): string[] {
  const page = readFileSync(join(project, 'ARCHITECTURE.md'), 'utf8');
  return [...page.matchAll(/^\| `(src\/[^`]+)` \|/gm)].map(([, room = '']) => room);
}

/** What each file of src/ imports of src/, in whatever way: values, types, at once or later. */
function importsOfSource(): Map<string, string[]> {
  const files = readdirSync(join(project, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => `src/${file}`);
  return new Map(files.map((file) => [file, importsOf(file)]));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(project, file), 'utf8');
  return specifiersIn(text, parseSync(file, text))
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(project, join(project, dirname(file), specifier)))
    .map(withExtension);
}

/** AssemblyScript names its files without one, and the build makes WebAssembly of them. */
function withExtension(path: string): string {
  return path.startsWith('src/recognize/rows/machine/') ? path.replace(/(?:\.wasm)?$/, '.ts') : path;
}

function specifiersIn(text: string, { module, errors }: ParseResult): string[] {
  expect(errors).toEqual([]);
  const again = module.staticExports.flatMap(({ entries }) => entries);
  return [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...again.flatMap(({ moduleRequest }) => (moduleRequest === null ? [] : [moduleRequest.value])),
    // What is imported later stands in quotes, as it is written.
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1)),
  ];
}

/** Whether there is what is imported: a file, or a path with a star, for which the build joins files of several folders. */
function isThere(path: string): boolean {
  const [folder = '', file] = path.split('/*/');
  if (file === undefined) return existsSync(join(project, path));
  return readdirSync(join(project, folder)).some((name) => existsSync(join(project, folder, name, file)));
}

/** Whether a path is a room, or lies in it. */
function isIn(room: string, path: string): boolean {
  return room.endsWith('/') ? path.startsWith(room) : path === room;
}

/** Files that lead back to themselves, each group as one line. */
function cyclesIn(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const found = new Set<string>();
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]) => {
    const start = way.indexOf(file);
    if (start >= 0) found.add([...way.slice(start), file].join(' -> '));
    if (start >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return [...found];
}

describe('the rooms of src/', () => {
  const rooms = listedRooms();
  const imports = importsOfSource();
  const roomOf = (path: string) => rooms.findIndex((room) => isIn(room, path));

  it('are all on the list of ARCHITECTURE.md, and it lists no others', () => {
    expect(rooms.filter((room) => !existsSync(join(project, room)))).toEqual([]);
    expect([...imports.keys()].filter((file) => roomOf(file) < 0)).toEqual([]);
  });

  it('import down the list, never up', () => {
    const upward = [...imports].flatMap(([file, its]) =>
      its.filter((next) => roomOf(next) < roomOf(file)).map((next) => `${file} imports ${next}`),
    );
    expect(upward).toEqual([]);
  });

  it('have no two files that import each other, on whatever way', () => {
    expect(cyclesIn(imports)).toEqual([]);
  });

  it('have no code among what is known of the servers', () => {
    const files = readdirSync(join(project, 'src/servers'), { recursive: true, encoding: 'utf8' });
    expect(rooms).toContain('src/servers/');
    expect(files.filter((file) => /\.[cm]?[jt]sx?$/.test(file))).toEqual([]);
  });

  it('have every import looked at', () => {
    const later = imports.get('src/main.ts');
    expect(later).toContain('src/cli/yargs-program.ts'); // while it runs
    expect(imports.get('src/relay/refusal.ts')).toContain('src/relay/login.ts'); // a type
    for (const next of [...imports.values()].flat()) expect(isThere(next), next).toBe(true);
  });

  it(`have no folder with more than ${mostFiles} files`, () => {
    const folders = [...new Set([...imports.keys()].map(dirname))];
    const sizes = folders.map((folder) => [folder, readdirSync(join(project, folder)).length] as const);
    expect(sizes.filter(([, files]) => files > mostFiles)).toEqual([]);
  });
});
