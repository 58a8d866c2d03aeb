// Modules of Node's own that most runs have no use for, or only at their end, are loaded when one of their functions is
// called: node:crypto, child_process and net, with the streams that they bring, take Node as long as a fifth of its own
// start.
const modules = ['child_process', 'crypto', 'net', 'stream/consumers', 'timers/promises', 'tty'];

/** Imports of esbuild's: each stands on a line of its own. A class is no function, and stays. */
const name = '[a-z]\\w*(?: as \\w+)?';
const imported = new RegExp(
  `^import \\{ (${name}(?:, ${name})*) \\} from "(node:(?:${modules.join('|')}))";$`,
  'gm',
);

/** Returns the text of a module (ESM, made by esbuild) in which functions of these modules load theirs when they are called. */
export function loadedLater(text) {
  return text.replace(imported, (_import, names, module) =>
    names
      .split(', ')
      .map((pair) => pair.split(' as '))
      .map(([name, local = name]) => `const ${local} = (...given) => require("${module}").${name}(...given);`)
      .join(' '),
  );
}
