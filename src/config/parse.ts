/**
 * exact.conf as text → a draft of the settings, with every problem of the file. It reads no other file; what a
 * setting means for another one is settle.ts's.
 */
import { dirname, resolve } from 'node:path';
import { ExitStatus } from '../exit-status.ts';
import type { Problem } from '../problem.ts';
import { type ConfigLine, configLines } from './lines.ts';
import { nearest } from './nearest.ts';
import type { Draft, Given, OutputType, Parameter } from './parameter.ts';
import { parameters } from './parameters.ts';
import { withoutPassword } from './password.ts';

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

/** Reads the text of a configuration file, whose path is for messages and relative paths. Never throws. */
export function parseConfig(text: string, file: string, outputTypes: readonly OutputType[]): Parsed {
  const parsed: Parsed = { draft: emptyDraft(), problems: [], notes: [] };
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const firstLines = new Map<string, number>();
  for (const line of configLines(text)) {
    const refuse = refuser(file, line, parsed.problems);
    const parameter = byName.get(line.name);
    const fault = formFault(line);
    if (fault !== undefined) refuse(fault);
    else if (parameter === undefined) refuse(...unknownName(line));
    else if (line.value === '') refuse(`${line.name}: no value`, undefined, usage(parameter));
    else {
      const first = firstLines.get(line.name);
      if (first === undefined) firstLines.set(line.name, line.number);
      else if (!parameter.repeats) {
        parsed.problems.push(repeated(file, line, first));
        continue;
      }
      readLine(parameter, line, file, parsed, outputTypes);
    }
  }
  return parsed;
}

function readLine(
  parameter: Parameter,
  line: ConfigLine,
  file: string,
  parsed: Parsed,
  outputTypes: readonly OutputType[],
): void {
  const refuse = refuser(file, line, parsed.problems);
  const before = parsed.problems.length;
  const given: Given = {
    value: line.value,
    origin: `${file}:${line.number}`,
    outputTypes,
    absolute: (path) => resolve(dirname(file), path),
    refuse: (text, why, fix) => refuse(`${line.name} '${withoutPassword(text)}'`, withoutPassword(why), fix),
  };
  parameter.read(given, parsed.draft);
  const { origins } = parsed.draft;
  // Where a single value was refused its default goes on, so that the other lines are checked against something.
  const isSettled = parameter.repeats || parsed.problems.length === before;
  if (isSettled && !origins.has(line.name)) origins.set(line.name, given.origin);
  if (parameter.unused !== undefined) {
    parsed.notes.push(note(given.origin, `${line.name} has no effect`, parameter.unused));
  }
}

/** Returns what `update --check` tells and other runs keep to themselves. */
export function note(where: string, what: string, why: string): Problem {
  return { status: ExitStatus.ok, where, what, why, isWarning: true };
}

type Refuse = (what: string, why?: string, fix?: string) => void;

function refuser(file: string, line: ConfigLine, problems: Problem[]): Refuse {
  return (what, why, fix) =>
    problems.push({
      status: ExitStatus.config,
      where: `${file}:${line.number}`,
      what,
      ...(why === undefined ? {} : { why }),
      ...(fix === undefined ? {} : { fix }),
    });
}

/** EXACT 1.41 used the first of two lines, and a file written for it must mean what it meant. */
function repeated(file: string, line: ConfigLine, first: number): Problem {
  return {
    status: ExitStatus.ok,
    where: `${file}:${line.number}`,
    what: `${line.name} '${withoutPassword(line.value)}'`,
    why: `given already on line ${first}, which is used`,
    fix: 'remove one of the two lines',
    isWarning: true,
  };
}

/** A no-break space, pasted from a page, looks like a blank; a path in Latin-1 would name another file. */
const foreign = /[\0-\x08\x0a-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffd]/;

function formFault(line: ConfigLine): string | undefined {
  if (foreign.test(line.name) || foreign.test(line.value)) {
    return 'the line holds a control character, a no-break space, or bytes that are not UTF-8';
  }
  if (/^[a-z0-9-]+=/.test(line.name) || line.value.startsWith('=')) {
    return "name and value are set apart by blanks, not by '='";
  }
  return undefined;
}

/** Names of a stanza in exact-servers.conf; very old versions of EXACT had some of them in exact.conf. */
const ofServersFile = ['match', 'order', 'program', 'connect', 'logout', '<server', '</server>'];

function unknownName(line: ConfigLine): [what: string, why?: string, fix?: string] {
  if (ofServersFile.includes(line.name)) {
    return [
      `'${line.name}' belongs in a servers file`,
      'rules stand in stanzas, <server NAME> to </server>',
      'write the stanza into another file and name that by serverdefs; see exact-servers.conf(5)',
    ];
  }
  const near = nearest(
    line.name,
    parameters.map((parameter) => parameter.name),
  );
  return [`unknown name '${line.name}'${near === undefined ? '; see exact.conf(5)' : `, nearest: ${near}`}`];
}

function usage(parameter: Parameter): string {
  return `write ${parameter.name} ${parameter.argument}`;
}
