/** The parameters of Postfix that decide who may relay, as its service on port 25 has them. */

import { answerOf } from '../../host/ask.ts';
import { shellWord } from '../../terminal/shell-word.ts';
import { expanded, wordsOf } from './restrictions.ts';

/** The command that has Postfix read its configuration again. */
export const reload = 'postfix reload';

const names = ['smtpd_relay_restrictions', 'smtpd_recipient_restrictions', 'mynetworks'];

/** Services that strangers' clients meet, by their names in master.cf: smtpd itself, or behind postscreen(8). */
const services = ['smtp/inet', '25/inet', 'smtpd/pass'];

/** What postconf(1) knows. */
export interface PostfixConfig {
  /** The value of a parameter as it is written, `$name` and all. */
  written(name: string): string;
  /** Its words, with the parameters and restriction classes that it names in their places. */
  words(name: string): string[];
  /** Returns the command that gives a parameter another value where it is set: in main.cf or master.cf. */
  setting(name: string, value: string): string;
}

/** Asks postconf; undefined where it fails. */
export function readPostfix(): PostfixConfig | undefined {
  const written = valuesOf(names, '-h');
  const values = valuesOf([...names, 'smtpd_restriction_classes'], '-xh');
  if (written === undefined || values === undefined) return undefined;
  const classNames = wordsOf(values.get('smtpd_restriction_classes') ?? '');
  const classes = classNames.length === 0 ? new Map() : (valuesOf(classNames, '-xh') ?? new Map());
  const ofService = serviceValues();
  return {
    written: (name) => ofService.get(name)?.value ?? written.get(name) ?? '',
    words: (name) => expanded(wordsOf(ofService.get(name)?.value ?? values.get(name) ?? ''), classes),
    setting(name, value) {
      const service = ofService.get(name)?.service;
      return service === undefined
        ? `postconf -e ${shellWord(`${name}=${value}`)}`
        : // It takes no blanks (3.7), and a list may have commas.
          `postconf -P ${shellWord(`${service}/${name}=${value.replace(/[\s,]+/g, ',')}`)}`;
    },
  };
}

/** Each value is on a line of its own, in the order of the names. */
function valuesOf(asked: readonly string[], option: string): Map<string, string> | undefined {
  const lines = answerOf('postconf', [option, ...asked])?.split('\n');
  return lines === undefined ? undefined : new Map(asked.map((name, index) => [name, lines[index] ?? '']));
}

/** What master.cf sets for a service in the place of main.cf. */
function serviceValues(): Map<string, { readonly service: string; readonly value: string }> {
  const found = new Map<string, { service: string; value: string }>();
  for (const line of (answerOf('postconf', ['-P']) ?? '').split('\n')) {
    const [, service = '', name = '', value = ''] = /^(\S+?\/\S+?)\/(\S+) = ?(.*)$/.exec(line) ?? [];
    if (services.includes(service) && names.includes(name)) found.set(name, { service, value });
  }
  return found;
}
