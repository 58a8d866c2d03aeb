/**
 * Map type `sendmail-access`: Sendmail's access database, `Connect:ADDRESS RELAY`, made by makemap(8) as hash PATH.db:
 *
 *     FEATURE(`access_db', `hash -T<TMPF> /var/lib/exact/access')
 *
 * Sendmail has one such database, so the admin's own source is merged (`merge=/etc/mail/access`). IPv6 keys are
 * eight groups after `IPv6:`, networks of whole groups their first groups. The value is nothing but `RELAY`: `OK`
 * does not let relay, and any other text is an answer to the client that blocks it. Sendmail 8.17 sees a new file at
 * the next connection; it gives 451 to one that meets the very moment of the replacement, since it takes no file that
 * is another than it has just looked at, and to everybody while the file is missing.
 */

import { writeBuiltTable } from './built-table.ts';
import { groupsRefusal } from './ipv6-groups.ts';
import type { MapType } from './map-type.ts';
import { badLine, mergedPaths, mergeOption, readMergedLines } from './merged-files.ts';
import { holdsFamily, type Output } from './output.ts';
import { formOfSendmailKey, sendmailKey } from './sendmail-key.ts';
import { makemapRefusal, makeSendmailTable, readSendmailTable } from './sendmail-table.ts';

const tag = 'connect:';

/** What an admin's network may say of an address that is to relay all the same. */
const harmless = /^(?:RELAY|OK|SKIP)$/i;

function publishedPath(output: Output): string {
  return `${output.path}.db`;
}

/** The admin's own entries: values by key, keys in lower case as makemap has them. Failures are those it would have. */
function ownEntries(output: Output): { text: string; values: Map<string, string> } {
  const lines = readMergedLines(output);
  const values = new Map<string, string>();
  for (const line of lines) {
    if (line.text === '' || line.text.startsWith('#')) continue;
    const [, key, value] = /^(\S+)[ \t]+(\S.*)$/.exec(line.text) ?? [];
    if (key === undefined || value === undefined) throw badLine(line, 'no key and value');
    if (values.has(key.toLowerCase())) throw badLine(line, 'has the key of an earlier line');
    values.set(key.toLowerCase(), value.trim());
  }
  return { text: lines.map(({ text }) => `${text}\n`).join(''), values };
}

/**
 * Whether the admin's entries keep an address out: one names it, or the closest network that one names is refused.
 * Sendmail asks for the whole key first, with its tag and without, and then for shorter and shorter ones.
 */
function isLeftOut(values: ReadonlyMap<string, string>, form: string): boolean {
  const whole = sendmailKey(form).toLowerCase();
  for (let key = whole; key !== '' && key !== 'ipv6'; key = key.replace(/[.:]?[^.:]*$/, '')) {
    const value = values.get(tag + key) ?? values.get(key);
    if (value !== undefined) return key === whole || !harmless.test(value);
  }
  return false;
}

/** The map type `sendmail-access`. */
export const sendmailAccessMap: MapType = {
  name: 'sendmail-access',
  summary: 'access database of Sendmail, merged with your own source',
  hasKinds: false,
  holdsNetworks: true,
  options: [mergeOption],
  publishedPath,
  refusal: (output, ipv6Prefix) => (holdsFamily(output, 'ipv6') ? groupsRefusal(ipv6Prefix) : undefined),
  hostRefusal: () => makemapRefusal('hash'),
  sources: mergedPaths,
  write(output) {
    const { text, values } = ownEntries(output);
    return writeBuiltTable(output, {
      path: publishedPath(output),
      suffix: '.db',
      preface: text,
      line: (form) => (isLeftOut(values, form) ? undefined : `Connect:${sendmailKey(form)}\tRELAY`),
      make: (source) => makeSendmailTable(output, 'hash', source),
    });
  },
  *read(output) {
    const { values } = ownEntries(output);
    for (const [key, value] of readSendmailTable(output, 'hash')) {
      if (values.has(key) || value.toUpperCase() !== 'RELAY') continue;
      yield formOfSendmailKey(key.startsWith(tag) ? key.slice(tag.length) : key);
    }
  },
  leavesOut(output) {
    const { values } = ownEntries(output);
    return (form) => isLeftOut(values, form);
  },
};
