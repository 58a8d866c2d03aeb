import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parameters } from '../../src/config/parameters.ts';
import { configPaths, maillogPaths } from '../../src/config/usual-paths.ts';
import { outputTypes } from '../../src/maps/map-types.ts';
import { statePaths } from '../../src/state/state-paths.ts';

/** An item of a list in the page: its head, and the lines below it, inner lists left out. */
interface Item {
  readonly head: string;
  readonly lines: string[];
}

/** Returns the items of lists in mdoc(7) text, by the depth of their list from 1. */
function itemsOf(page: string): Map<number, Item[]> {
  const items = new Map<number, Item[]>();
  let depth = 0;
  for (const line of page.split('\n')) {
    const ofDepth = items.get(depth) ?? [];
    items.set(depth, ofDepth);
    if (line.startsWith('.Bl ')) depth++;
    else if (line.startsWith('.El')) depth--;
    else if (line.startsWith('.It ')) ofDepth.push({ head: line.slice('.It '.length), lines: [] });
    else if (depth > 0) ofDepth.at(-1)?.lines.push(line);
  }
  return items;
}

const page = readFileSync(new URL('../../man/exact.conf.5', import.meta.url), 'utf8');
const items = itemsOf(page.slice(page.indexOf('.Sh PARAMETERS'), page.indexOf('.Sh FILES')));
const [parameterItems = [], typeItems = []] = [items.get(1), items.get(2)];

/** `Cm sessions Cm on | off` is the head of `sessions on|off`. */
function plainHead(head: string): string {
  return head
    .replace(/\bOp Ar (.*)$/, '[$1]')
    .replace(/\b(?:Cm|Ar|Ns) /g, '')
    .replaceAll(' | ', '|')
    .replaceAll(' : ', ':');
}

/** Returns the words in `.Cm` lines from the line after a given one, as far as such lines go. */
function literalsAfter(line: string, lines: readonly string[]): string[] {
  const start = lines.indexOf(line);
  const literals: string[] = [];
  for (const each of start < 0 ? [] : lines.slice(start + 1)) {
    if (each.startsWith('.Cm ')) literals.push(each.slice('.Cm '.length).replace(/ [.;]$/, ''));
    else if (each !== 'and' && each !== 'to') break;
  }
  return literals;
}

describe('exact.conf(5)', () => {
  it('has every name with its argument, and nothing else', () => {
    const known = parameters.map(({ name, argument }) => `${name} ${argument}`);
    expect(parameterItems.map(({ head }) => plainHead(head)).sort()).toEqual(known.sort());
  });

  for (const parameter of parameters) {
    it(`says of ${parameter.name} what the table says`, () => {
      const item = parameterItems.find(({ head }) => head.split(' ')[1] === parameter.name);
      const lines = item?.lines ?? [];
      expect(lines[0]).toBe(parameter.summary);
      expect(lines.includes('May repeat.')).toBe(parameter.repeats === true);
      expect(literalsAfter('Default:', lines)).toEqual(parameter.defaults);
      expect(literalsAfter('from', lines)).toEqual(parameter.range ?? []);
    });
  }

  it('has the names without effect after the sentence that says so', () => {
    const told = page.slice(page.indexOf('They have no effect'), page.indexOf('Very old versions'));
    const unused = parameters.filter((parameter) => parameter.unused !== undefined).map(({ name }) => name);
    expect([...told.matchAll(/^\.It Cm (\S+)/gm)].map((match) => match[1])).toEqual(unused);
  });

  it('names the files that lie beside the state, and no other', () => {
    const lines = parameterItems.find(({ head }) => head.startsWith('Cm state '))?.lines ?? [];
    const told = lines.filter((line) => line.startsWith('.Pa .')).map((line) => line.split(' ')[1]);
    const beside = Object.values(statePaths('')).filter((path) => path !== '');
    // The last one is the default beside authfile.
    expect(told).toEqual([...beside, '.state']);
  });

  it('has every map type with its options, and nothing else', () => {
    const known = outputTypes.map(
      (type) => `${type.name} ${'takesUrl' in type ? 'url' : type.hasKinds ? 'kind:path' : 'path'}`,
    );
    expect(typeItems.map(({ head }) => plainHead(head))).toEqual(known);
    for (const [index, { options }] of outputTypes.entries()) {
      const text = typeItems[index]?.lines.join('\n') ?? '';
      const told = [...text.matchAll(/^The option\n\.Cm ([^\s=]+=?)/gm)].map((match) => match[1]);
      expect(told).toEqual(options.map((option) => option.replace(/=.*/, '=')));
    }
  });

  it('names the places that are searched, in their order', () => {
    const places = [...page.matchAll(/^\.Pa (\/(?:etc|usr\/local\/etc|var\/log)\/\S+)/gm)].map(
      (match) => match[1],
    );
    expect(places).toEqual([...configPaths, ...maillogPaths]);
  });
});
