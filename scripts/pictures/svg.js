// The screen of a terminal as an SVG picture: its text with the colours that the escape sequences say. It refers to nothing
// outside of itself. Every piece of text has its column given, so that columns stand straight in whatever font there is.
import { columns } from './host.js';

const cell = { width: 8.4, height: 18 };
const margin = { left: 18, top: 44, bottom: 14 };

/** Colours by their number in SGR (ECMA-48, 8.3.117), light enough for a dark ground. */
const colours = {
  31: '#ff8e86',
  32: '#8fdc8a',
  33: '#f0d277',
  34: '#8db8ff',
  35: '#dfa6f5',
  36: '#7fdbe4',
  90: '#9aa5b1',
};
const [ground, bar, ink] = ['#15191f', '#232a33', '#dfe5ec'];

/** Returns the picture; throws where a screen has an escape sequence that is not known here. */
export function terminalSvg(title, screen) {
  const lines = screen.trimEnd().split('\n');
  const width = Math.ceil(columns * cell.width + 2 * margin.left);
  const height = margin.top + lines.length * cell.height + margin.bottom;
  const style = { fill: ink, bold: false, dim: false };
  const rows = lines.flatMap((line, index) => {
    const pieces = piecesOf(line, style);
    const y = margin.top + (index + 0.75) * cell.height;
    return pieces.length === 0 ? [] : [`<text y="${y}">${pieces.map(spanOf).join('')}</text>`];
  });
  const dots = [0, 1, 2].map((index) => `<circle cx="${18 + index * 18}" cy="15" r="5"/>`);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${ground}"/>`,
    `<path d="M0 30V8a8 8 0 0 1 8-8h${width - 16}a8 8 0 0 1 8 8v22z" fill="${bar}"/>`,
    `<g fill="#4b5663">${dots.join('')}</g>`,
    `<g font-family="ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace" font-size="14" fill="${ink}">`,
    ...rows,
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
}

/**
 * Returns the pieces of a line: text of one style between two blanks or more, and the column where it begins. `style` is
 * that of the line before, and goes on.
 */
function piecesOf(line, style) {
  const pieces = [];
  let column = 0;
  for (const [, sequence, text = ''] of line.matchAll(/\x1b\[([\d;]*)m|([^\x1b]+|\x1b)/g)) {
    if (text.includes('\x1b')) throw new Error(`not a colour: ${JSON.stringify(line)}`);
    if (sequence !== undefined) for (const code of sequence.split(';')) change(style, Number(code));
    for (const match of text.matchAll(/\S+(?: \S+)*/g)) {
      pieces.push({ ...style, text: match[0], column: column + match.index });
    }
    column += text.length;
  }
  return pieces;
}

function change(style, code) {
  if (code === 0) Object.assign(style, { fill: ink, bold: false, dim: false });
  else if (code === 1) style.bold = true;
  else if (code === 2) style.dim = true;
  else if (code === 22) Object.assign(style, { bold: false, dim: false });
  else if (code === 39) style.fill = ink;
  else if (colours[code] !== undefined) style.fill = colours[code];
  else throw new Error(`SGR ${code} is not known here`);
}

function spanOf({ text, column, fill, bold, dim }) {
  const x = (margin.left + column * cell.width).toFixed(1);
  const more = [
    fill === ink ? '' : ` fill="${fill}"`,
    bold ? ' font-weight="bold"' : '',
    dim ? ' opacity="0.7"' : '',
  ];
  const length = (text.length * cell.width).toFixed(1);
  return `<tspan x="${x}" textLength="${length}"${more.join('')}>${escaped(text)}</tspan>`;
}

function escaped(text) {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
