/** What Postfix is configured to do, as postconf(1) tells it: main.cf, and the services of master.cf with their `-o`. */

import { answerOf } from '../../host/ask.ts';
import { shellWord } from '../../terminal/shell-word.ts';
import { type ListItem, listItems, wordsOf } from './restrictions.ts';

/** The command that has Postfix read its configuration again. */
export const reload = 'postfix reload';

/** The parameters of main.cf, or of a service that has some of its own. */
export interface Parameters {
  /** `main.cf`, or the name and type of the service, as postconf has them: `smtp/inet`. */
  readonly name: string;
  /** The value of a parameter as it is written, `$name` and all; '' where there is none. */
  written(name: string): string;
  /** Its words, with the parameters that it names in their places. */
  words(name: string): string[];
  /** A list of restrictions, with the classes and parameters that it names in their places. */
  items(name: string): ListItem[];
  /** Returns where it is set: the name alone in main.cf, after that of the service in master.cf. */
  place(name: string): string;
  /** Returns the command that gives it another value where it is set. */
  setting(name: string, value: string): string;
  /** Returns the command that gives it the value back that it has now. */
  restoring(name: string): string;
}

/** A service of master.cf. */
export interface Service extends Parameters {
  /** The program that serves: `smtpd`. */
  readonly program: string;
}

/** What postconf(1) knows. */
export interface PostfixConfig extends Parameters {
  readonly services: readonly Service[];
}

type Values = ReadonlyMap<string, string>;

/** Asks postconf; undefined where it fails. */
export function readPostfix(): PostfixConfig | undefined {
  const written = valuesOf([]);
  const expanded = valuesOf(['-x']);
  const set = valuesOf(['-n']);
  const services = answerOf('postconf', ['-M']);
  if (written === undefined || expanded === undefined || services === undefined) return undefined;
  const own = { written: serviceValues([]), expanded: serviceValues(['-x']) };
  const main = (name: string) => set?.has(name) === true;
  return {
    name: 'main.cf',
    ...parameters({ written, expanded, isSet: main }),
    services: services.split('\n').flatMap((line) => {
      const [service, type, , , , , , program] = line.split(/\s+/);
      if (service === undefined || type === undefined || program === undefined) return [];
      const name = `${service}/${type}`;
      const values = {
        written: joined(written, own.written.get(name)),
        expanded: joined(expanded, own.expanded.get(name)),
      };
      const ofService = { name, has: (each: string) => own.written.get(name)?.has(each) === true };
      return [{ name, program, ...parameters({ ...values, isSet: main }, ofService) }];
    }),
  };
}

/** Commands that change settings, and those that take them back; each ends with what has Postfix look. */
export interface Change {
  readonly fix: string;
  readonly undo: string;
}

/** Returns the commands that give parameters of a service other values. */
export function changeTo(
  service: Parameters,
  ...values: readonly (readonly [name: string, value: string])[]
): Change {
  const all = (commands: readonly string[]) => [...commands, reload].join(' && ');
  return {
    fix: all(values.map(([name, value]) => service.setting(name, value))),
    undo: all(values.map(([name]) => service.restoring(name))),
  };
}

interface KnownValues {
  readonly written: Values;
  readonly expanded: Values;
  /** Whether main.cf sets it, and it has not its default. */
  isSet(name: string): boolean;
}

function parameters(
  { written, expanded, isSet }: KnownValues,
  service?: { readonly name: string; has(name: string): boolean },
): Omit<Parameters, 'name'> {
  const textOf = (name: string) => written.get(name) ?? '';
  const expandedValue = (name: string) => expanded.get(name) ?? '';
  const classes = new Map(
    wordsOf(expandedValue('smtpd_restriction_classes')).map((name) => [name, expandedValue(name)] as const),
  );
  const serviceOf = (name: string) => (service?.has(name) === true ? service.name : undefined);
  const setting = (name: string, value: string) => {
    const place = serviceOf(name);
    return place === undefined
      ? `postconf -e ${shellWord(`${name}=${value}`)}`
      : // It takes no blanks (3.7), and a list may have commas.
        `postconf -P ${shellWord(`${place}/${name}=${value.replace(/[\s,]+/g, ',')}`)}`;
  };
  return {
    written: textOf,
    words: (name) => wordsOf(expandedValue(name)),
    items: (name) => listItems(textOf(name), { classes, valueOf: (named) => expanded.get(named) }),
    place: (name) => [serviceOf(name), name].filter(Boolean).join('/'),
    setting,
    restoring: (name) =>
      serviceOf(name) !== undefined || isSet(name) ? setting(name, textOf(name)) : `postconf -X ${name}`,
  };
}

/** Each parameter is a line: `name = value`. */
function valuesOf(options: readonly string[]): Map<string, string> | undefined {
  const lines = answerOf('postconf', options)?.split('\n');
  return lines && new Map(lines.flatMap((line) => [...line.matchAll(/^(\S+) = ?(.*)$/g)].map(nameAndValue)));
}

function nameAndValue([, name = '', value = '']: RegExpMatchArray): [string, string] {
  return [name, value];
}

/** What master.cf sets for each service in the place of main.cf. */
function serviceValues(options: readonly string[]): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  for (const line of (answerOf('postconf', ['-P', ...options]) ?? '').split('\n')) {
    const [, service = '', name = '', value = ''] = /^(\S+?\/\S+?)\/(\S+) = ?(.*)$/.exec(line) ?? [];
    if (service !== '') found.set(service, (found.get(service) ?? new Map()).set(name, value));
  }
  return found;
}

function joined(main: Values, own: Values | undefined): Values {
  return own === undefined ? main : new Map([...main, ...own]);
}
