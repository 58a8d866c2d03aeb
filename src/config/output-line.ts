/** The value of an `output` line, `TYPE PATH [OPTION…]`, read and written. What a type is, its row tells. */

import type { Output } from '../maps/output.ts';
import { splitServers } from '../maps/shared/servers.ts';
import { nearestName } from '../terminal/nearest.ts';
import type { Given, OutputType } from './parameter.ts';
import { pathFrom } from './values.ts';

/** Readable by all: an MTA looks its tables up under accounts of many names. */
export const usualMode = 0o644;

/** Words that all types take after the path. */
const commonOptions = ['ipv4', 'ipv6', 'mode=', 'group='] as const;

/** Kinds of postmap and makemap tables that people write in the place of the type. */
const tableKinds = ['hash', 'btree', 'lmdb', 'dbm'];

/** Returns the output that a value names; undefined where it was refused, each fault once. */
export function readOutput(given: Given): Output | undefined {
  const [typeName = '', place, ...words] = given.value.split(/[ \t]+/);
  const type = given.outputTypes.find((each) => each.name === typeName);
  if (type === undefined) {
    given.refuse(typeName, `unknown type${hint(typeName, place, given.outputTypes)}`);
    return undefined;
  }
  if (place === undefined) {
    given.refuse(typeName, `no ${type.takesUrl ? 'URL' : 'path'}`, `write output ${usage(type)}`);
    return undefined;
  }
  const target = readPlace(place, type, given);
  const options = readOptions(words, type, given);
  if (target === undefined || options === undefined) return undefined;
  return { type: type.name, ...target, ...options, origin: given.origin };
}

function usage(type: OutputType): string {
  return `${type.name} ${type.takesUrl ? 'URL' : type.hasKinds ? 'KIND:PATH' : 'PATH'}`;
}

function hint(typeName: string, place: string | undefined, types: readonly OutputType[]): string {
  const kind = typeName.split(':', 1)[0] ?? '';
  const [scheme = ''] = typeName.split('://');
  const withUrl =
    types.find(({ schemes }) => schemes?.includes(scheme)) ?? types.find((type) => type.takesUrl);
  if (withUrl !== undefined && typeName.includes('://')) return `, nearest: ${withUrl.name} ${typeName}`;
  const withKinds = types.find((type) => type.hasKinds);
  if (withKinds !== undefined && (typeName.includes(':') || tableKinds.includes(kind))) {
    return `, nearest: ${withKinds.name} ${typeName.includes(':') ? typeName : `${kind}:${place ?? 'PATH'}`}`;
  }
  const names = types.map((type) => type.name);
  const near = nearestName(typeName, names);
  return near === undefined ? `; types are ${names.join(', ')}` : `, nearest: ${near}`;
}

/** Reads what stands after the type: a path, `KIND:PATH` or a URL. */
function readPlace(place: string, type: OutputType, given: Given): Pick<Output, 'path' | 'kind'> | undefined {
  if (type.takesUrl) {
    if (URL.canParse(splitServers(place).first) && place.includes('://')) return { path: place, kind: '' };
    given.refuse(place, 'not a URL', `write output ${usage(type)}`);
    return undefined;
  }
  const parts = type.hasKinds ? /^([a-z0-9]+):(.+)$/.exec(place) : ['', '', place];
  if (parts === null) {
    given.refuse(
      place,
      'names no table kind',
      `write output ${usage(type)}, as in ${type.name} ${type.usualKind}:${place}`,
    );
    return undefined;
  }
  const path = pathFrom(given, parts[2] ?? '');
  return path === undefined ? undefined : { path, kind: parts[1] ?? '' };
}

interface Options {
  families: Output['families'];
  mode: number;
  group?: string;
  options: string[];
}

function readOptions(words: readonly string[], type: OutputType, given: Given): Options | undefined {
  const read: Options = { families: 'both', mode: usualMode, options: [] };
  const faults: string[] = [];
  const refuse = (word: string, why: string, fix?: string) => {
    faults.push(word);
    given.refuse(word, why, fix);
  };
  for (const word of words) {
    const name = word.includes('=') ? word.slice(0, word.indexOf('=') + 1) : word;
    const value = word.slice(name.length);
    const own = type.options.find((option) => option.replace(/=.*/, '=') === name);
    if (own?.includes('=') && value === '') {
      refuse(word, 'has no value', `write ${own}`);
    } else if (own !== undefined) {
      read.options.push(own.endsWith('=PATH') ? name + given.absolute(value) : word);
    } else if (type.takesUrl && commonOptions.slice(2).some((option) => option === name)) {
      refuse(word, 'is for files, and this output is none');
    } else if (name === 'mode=') {
      read.mode = readMode(word, value, refuse);
    } else if (name === 'group=') {
      if (value === '') refuse(word, 'has no value', 'write group=GROUP');
      read.group = value;
    } else if (name === 'ipv4' || name === 'ipv6') {
      if (read.families !== 'both')
        refuse(word, `cannot stand with ${read.families}`, 'leave both out to publish both');
      read.families = name;
    } else {
      refuse(word, unknownOption(word, [...commonOptions, ...type.options]));
    }
  }
  return faults.length > 0 ? undefined : read;
}

function unknownOption(word: string, known: readonly string[]): string {
  const near = nearestName(word.replace(/=.*/, '='), known);
  return near === undefined
    ? `unknown option; options are ${known.join(', ')}`
    : `unknown option, nearest: ${near}`;
}

/** Whoever may write a map may open the relay, and nobody has to execute one. */
function readMode(
  word: string,
  value: string,
  refuse: (word: string, why: string, fix?: string) => void,
): number {
  const mode = /^0?[0-7]{3}$/.test(value) ? Number.parseInt(value, 8) : undefined;
  if (mode === undefined) refuse(word, 'not a file mode in octal', 'write mode=0640');
  else if ((mode & ~0o644) !== 0)
    refuse(word, 'lets others write or execute the map', 'write mode=0644 or mode=0640');
  else if ((mode & 0o400) === 0) refuse(word, 'keeps the owner from reading the map', 'write mode=0640');
  return mode ?? usualMode;
}

/** Returns the value of the `output` line that {@link readOutput} reads as this output. */
export function writeOutput(output: Output): string {
  return [
    output.type,
    output.kind === '' ? output.path : `${output.kind}:${output.path}`,
    ...(output.families === 'both' ? [] : [output.families]),
    ...(output.mode === usualMode ? [] : [`mode=0${output.mode.toString(8).padStart(3, '0')}`]),
    ...(output.group === undefined ? [] : [`group=${output.group}`]),
    ...output.options,
  ].join(' ');
}
