// The lists of servers in README.md and exact-servers.conf(5), made of the folders in src/servers: of each, the heading
// of its README.md and the paragraph under it, and what `versions` in its rules.conf says.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverNames } from './joined-rules.js';

/** Columns that a line of a manual page, and of README.md, has at most. */
const [pageWidth, readmeWidth] = [80, 118];

/** What is made, and between which lines it stands. */
const lists = [
  {
    path: 'README.md',
    begin: '<!-- This list is made of src/servers by npm run build. -->\n',
    end: '<!-- End of the list. -->\n',
    textOf: readmeList,
  },
  {
    path: 'man/exact-servers.conf.5',
    begin: '.\\" This list is made of src/servers by npm run build.\n',
    end: '.\\" End of the list.\n',
    textOf: pageList,
  },
];

/**
 * Writes the lists where they are not what the folders give; returns the paths of these files. With `isCheck` it writes
 * nothing. `root` is the folder of the project. Throws an Error where a file has no place for its list.
 */
export function writeServerLists(root, isCheck = false) {
  const servers = serverNames(root).map((name) => ({ name, ...described(join(root, 'src/servers', name)) }));
  return lists.flatMap(({ path, begin, end, textOf }) => {
    const file = join(root, path);
    const text = readFileSync(file, 'utf8');
    const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
    if (start < 0 || stop < start)
      throw new Error(`${path}: has no lines that begin and end the list of servers`);
    const wanted = text.slice(0, start + begin.length) + textOf(servers) + text.slice(stop);
    if (wanted === text) return [];
    if (!isCheck) writeFileSync(file, wanted);
    return [path];
  });
}

/** Returns what the files of a folder say of the server. */
function described(folder) {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const [heading = '', paragraph = ''] = readme.split('\n\n');
  if (!/^# [^\n]+$/.test(heading))
    throw new Error(`${folder}/README.md: does not begin with a heading alone`);
  const rules = readFileSync(join(folder, 'rules.conf'), 'utf8');
  return {
    title: heading.slice(2),
    // A list or a further heading is no paragraph.
    note: /^[#|-]/.test(paragraph) ? '' : paragraph.replaceAll('\n', ' ').trim(),
    versions: [...rules.matchAll(/^[ \t]*versions[ \t]+(.*?)[ \t]*$/gm)].map(([, versions]) => versions),
  };
}

function readmeList(servers) {
  return `${wrapped(`Exact knows the logins of these servers: ${servers.map(({ title }) => title).join(', ')}.`, readmeWidth)}\n`;
}

function pageList(servers) {
  const width = servers.reduce((widest, { name }) => (name.length > widest.length ? name : widest), '');
  const items = servers.map(({ name, title, note, versions }) =>
    [`.It Cm ${name}`, ...mdoc(`${title}: ${versions.join('; ')}.`.replace(/…\.$/, '…')), ...mdoc(note)].join(
      '\n',
    ),
  );
  return `.Bl -tag -width ${width}\n${items.join('\n')}\n.El\n`;
}

/** Returns a paragraph as lines of mdoc: sentences begin lines, and what stands in backquotes is quoted literally. */
function mdoc(paragraph) {
  const sentences = paragraph.replaceAll('…', '...').split(/(?<=\.) +(?=[A-Z`])/);
  return sentences.flatMap((sentence) =>
    sentence.split(/(`[^`]+`[.,;:)]*)/).flatMap((piece) => {
      const [, code, after = ''] = /^`([^`]+)`([.,;:)]*)$/.exec(piece) ?? [];
      if (code !== undefined) return `.Ql ${[escaped(code), ...after].join(' ')}`;
      const text = piece.trim();
      return text === '' ? [] : wrapped(escaped(text), pageWidth).split('\n').map(atLineStart);
    }),
  );
}

function escaped(text) {
  return text.replaceAll('\\', '\\e');
}

/** A dot or a quote at the start of a line would make a macro of it. */
function atLineStart(line) {
  return line.replace(/^[.']/, '\\&$&');
}

function wrapped(text, width) {
  const lines = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
