/**
 * exact.conf as text → a draft of the settings, with every problem of the file. It reads no other file; what a
 * setting means for another one is settle.ts's.
 */
import { dirname, resolve } from 'node:path';
import { ExitStatus } from '../exit-status.ts';
import { withoutPassword } from '../maps/shared/password.ts';
import type { Problem } from '../problem.ts';
import { nearestName } from '../terminal/nearest.ts';
import { type ConfigLine, configLines } from './lines.ts';
import type { Draft, Given, OutputType, Parameter } from './parameter.ts';
import { parameters } from './parameters.ts';

/** What a configuration file comes to. */
export interface Parsed {
  readonly draft: Draft;
  /** What makes the file unusable, and warnings. */
  readonly problems: Problem[];
  /** What `update --check` tells, and no other run: names without effect. */
  readonly notes: Problem[];
}

/** Returns a draft in which nothing is set; settle.ts fills the defaults in. */
export function emptyDraft(): Draft {
  return {
    maillogs: [],
    servers: [],
    serverdefs: [],
    timeout: 0,
    state: '',
    outputs: [],
    ignore: [],
    only: [],
    users: [],
    notUsers: [],
    maxEntries: 0,
    ipv6Prefix: 0,
    sessions: false,
    sessionLimit: 0,
    connectWindow: 0,
    warnRepeat: 0,
    logging: 'none',
    onChange: [],
    authtype: 'text',
    origins: new Map(),
  };
}

/** What is wrong with a line. */
type Fault = Pick<Problem, 'what' | 'why' | 'fix'>;

/** Reads the text of a configuration file, whose path is for messages and relative paths. Never throws. */
export function parseConfig(text: string, file: string, outputTypes: readonly OutputType[]): Parsed {
  const parsed: Parsed = { draft: emptyDraft(), problems: [], notes: [] };
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const firstLines = new Map<string, number>();
  for (const line of configLines(text)) {
    const where = `${file}:${line.number}`;
    const parameter = byName.get(line.name);
    const fault = formFault(line) ?? (parameter === undefined ? unknownName(line) : noValue(line, parameter));
    const first = firstLines.get(line.name);
    if (fault !== undefined) {
      parsed.problems.push({ status: ExitStatus.config, where, ...fault });
    } else if (parameter !== undefined && (first === undefined || parameter.repeats)) {
      if (first === undefined) firstLines.set(line.name, line.number);
      readLine(parameter, { value: line.value, where }, parsed, {
        outputTypes,
        absolute: (path) => resolve(dirname(file), path),
      });
    } else {
      parsed.problems.push(repeated(where, line, first));
    }
  }
  return parsed;
}

function readLine(
  parameter: Parameter,
  { value, where }: { readonly value: string; readonly where: string },
  { draft, problems, notes }: Parsed,
  surroundings: Pick<Given, 'outputTypes' | 'absolute'>,
): void {
  const { name } = parameter;
  const before = problems.length;
  const refuse: Given['refuse'] = (text, why, fix) => {
    const what = `${name} '${withoutPassword(text)}'`;
    const fault: Fault = { what, why: withoutPassword(why), ...(fix === undefined ? {} : { fix }) };
    problems.push({ status: ExitStatus.config, where, ...fault });
  };
  const remark: Given['note'] = (why, fix) => {
    notes.push({ ...note(where, `${name} ${value}`, why), fix });
  };
  parameter.read({ value, origin: where, refuse, note: remark, ...surroundings }, draft);
  // Where a single value was refused its default goes on, so that the other lines are checked against something.
  const isSettled = parameter.repeats || problems.length === before;
  if (isSettled && !draft.origins.has(name)) draft.origins.set(name, where);
  if (parameter.unused !== undefined) {
    notes.push({ ...note(where, `${name} has no effect`, parameter.unused), kind: 'no effect' });
  }
}

/** Returns what `update --check` tells and other runs keep to themselves. */
export function note(where: string, what: string, why: string): Problem {
  return { status: ExitStatus.ok, where, what, why, isWarning: true };
}

/** EXACT 1.41 used the first of two lines, and a file written for it must mean what it meant. */
function repeated(where: string, line: ConfigLine, first: number | undefined): Problem {
  return {
    status: ExitStatus.ok,
    where,
    what: `${line.name} '${withoutPassword(line.value)}'`,
    why: `already given on line ${first}, which is used`,
    fix: 'remove one of the two lines',
    isWarning: true,
  };
}

/** A no-break space, pasted from a page, looks like a blank; a path in Latin-1 would name another file. */
const foreign = /[\0-\x08\x0a-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffd]/;

function formFault(line: ConfigLine): Fault | undefined {
  if (foreign.test(line.name) || foreign.test(line.value)) {
    return { what: 'the line holds a control character, a no-break space, or bytes that are not UTF-8' };
  }
  if (/^[a-z0-9-]+=/.test(line.name) || line.value.startsWith('=')) {
    return { what: "name and value are separated by blanks, not by '='" };
  }
  return undefined;
}

function noValue(line: ConfigLine, parameter: Parameter): Fault | undefined {
  if (line.value !== '') return undefined;
  return { what: `${line.name}: no value`, fix: `write ${parameter.name} ${parameter.argument}` };
}

/** Names of a stanza in exact-servers.conf; very old versions of EXACT had some of them in exact.conf. */
const ofServersFile = [
  'match',
  'order',
  'program',
  'connect',
  'logout',
  'broken',
  'start',
  'void',
  'longest',
  '<server',
  '</server>',
];

function unknownName({ name }: ConfigLine): Fault {
  if (ofServersFile.includes(name)) {
    return {
      what: `'${name}' belongs in a servers file`,
      why: 'rules stand in stanzas, <server NAME> to </server>',
      fix: 'write the stanza into another file and name that by serverdefs; see exact-servers.conf(5)',
    };
  }
  const known = parameters.map((parameter) => parameter.name);
  const near = nearestName(name, known);
  return {
    what: `unknown name '${name}'${near === undefined ? '; see exact.conf(5)' : `, nearest: ${near}`}`,
  };
}
