/** How the values of exact.conf are read and written, by kind: a duration, a number, a path, a choice. */

import { isNetwork, parseNetwork } from '../relay/network.ts';
import { durationText, parseDuration } from './duration.ts';
import type { Draft, Given, Parameter } from './parameter.ts';

/** The part of a {@link Parameter} that its kind of value settles. */
type Kind = Pick<Parameter, 'argument' | 'range' | 'read' | 'write'>;

type Seconds = 'timeout' | 'sessionLimit' | 'connectWindow' | 'warnRepeat' | 'warnSilent';
type Count = 'maxEntries' | 'ipv6Prefix' | 'maxAddressesPerUser' | 'maxUsersPerAddress';
type Text = 'user' | 'group' | 'timezone' | 'logfile' | 'metrics' | 'state';
/** Settings that `off` unsets. */
type Optional = 'warnSilent' | 'maxAddressesPerUser' | 'maxUsersPerAddress';

/** A duration between two others. */
export function duration(key: Seconds, least: string, greatest: string): Kind {
  return {
    argument: 'duration',
    range: [least, greatest],
    read(given, draft) {
      const seconds = secondsWithin(given, least, greatest);
      if (seconds !== undefined) draft[key] = seconds;
    },
    write: (settings) => (settings[key] === undefined ? [] : [durationText(settings[key])]),
  };
}

function secondsWithin(given: Given, least: string, greatest: string): number | undefined {
  const seconds = parseDuration(given.value);
  if (typeof seconds !== 'number') {
    given.refuse(given.value, seconds.reason);
  } else if (seconds < (parseDuration(least) as number)) {
    given.refuse(given.value, `less than ${least}`);
  } else if (seconds > (parseDuration(greatest) as number)) {
    given.refuse(given.value, `more than ${greatest}`);
  } else {
    // EXACT 1.41 took seconds, and its files are read as they are; so few of them are mostly meant as minutes.
    if (/^\d+$/.test(given.value) && seconds < 60)
      given.note(`a number without a unit is seconds`, `write ${seconds}m for minutes, or ${seconds}s`);
    return seconds;
  }
  return undefined;
}

/** A whole number between two others. */
export function count(key: Count, least: number, greatest: number): Kind {
  return {
    argument: 'number',
    range: [String(least), String(greatest)],
    read(given, draft) {
      const { value } = given;
      const number = Number(value);
      if (!/^\d+$/.test(value)) given.refuse(value, 'not a whole number');
      else if (number < least) given.refuse(value, `less than ${least}`);
      else if (number > greatest) given.refuse(value, `more than ${greatest}`);
      else draft[key] = number;
    },
    write: (settings) => (settings[key] === undefined ? [] : [String(settings[key])]),
  };
}

/** What another kind reads, or `off`. */
export function orOff(key: Optional, kind: Kind): Kind {
  return {
    ...kind,
    argument: `${kind.argument}|off`,
    read(given, draft) {
      if (given.value === 'off') delete draft[key];
      else kind.read(given, draft);
    },
    write: (settings) => (settings[key] === undefined ? ['off'] : kind.write(settings)),
  };
}

/** A path; a relative one is meant from the folder of the configuration file. */
export function path(key: Text): Kind {
  return {
    argument: 'path',
    read(given, draft) {
      const absolute = pathFrom(given, given.value);
      if (absolute !== undefined) draft[key] = absolute;
    },
    write: (settings) => textOf(settings[key]),
  };
}

/** Returns the absolute path that a text names, or refuses one that only a shell would understand. */
export function pathFrom(given: Given, text: string): string | undefined {
  if (/^["'~$]/.test(text)) {
    given.refuse(text, 'no shell reads this file', 'write the whole path, without quotes');
    return undefined;
  }
  return given.absolute(text);
}

/** One word: an account, a group. */
export function word(key: Text, argument: string): Kind {
  return {
    argument,
    read(given, draft) {
      if (/[ \t]/.test(given.value)) given.refuse(given.value, 'more than one word');
      else draft[key] = given.value;
    },
    write: (settings) => textOf(settings[key]),
  };
}

/** One of a few words. */
export function choice(key: 'logging', words: readonly Draft['logging'][]): Kind {
  return {
    argument: words.join('|'),
    read(given, draft) {
      const chosen = words.find((each) => each === given.value);
      if (chosen === undefined) given.refuse(given.value, `none of ${words.join(', ')}`);
      else draft[key] = chosen;
    },
    write: (settings) => [settings[key]],
  };
}

/** `on` or `off`. */
export function onOrOff(key: 'sessions'): Kind {
  return {
    argument: 'on|off',
    read(given, draft) {
      if (given.value !== 'on' && given.value !== 'off') given.refuse(given.value, 'neither on nor off');
      else draft[key] = given.value === 'on';
    },
    write: (settings) => [settings[key] ? 'on' : 'off'],
  };
}

/** Networks that a name of the file lists; a single address is the network of that one. */
export function networks(key: 'ignore' | 'only'): Kind {
  return {
    argument: 'address|network ...',
    read(given, draft) {
      for (const text of given.value.split(/[ \t]+/)) {
        const network = parseNetwork(text);
        if (!isNetwork(network)) {
          given.refuse(text, network.reason, 'write an address or a network such as 192.0.2.0/24');
        } else {
          draft[key].push({ network, origin: given.origin });
          draft.origins.set(`${key} ${network.text}`, given.origin);
        }
      }
    },
    write: (settings) => settings[key].map(({ network }) => network.text),
  };
}

/** Patterns of user names that a name of the file lists. */
export function patterns(name: string, key: 'users' | 'notUsers'): Kind {
  return {
    argument: 'pattern ...',
    read(given, draft) {
      for (const pattern of given.value.split(/[ \t]+/)) {
        draft[key].push({ pattern, origin: given.origin });
        draft.origins.set(`${name} ${pattern}`, given.origin);
      }
    },
    write: (settings) => settings[key].map(({ pattern }) => pattern),
  };
}

function textOf(value: string | undefined): string[] {
  return value === undefined ? [] : [value];
}
