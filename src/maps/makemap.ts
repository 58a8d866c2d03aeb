/**
 * Map type `makemap KIND:PATH`: a table made by Sendmail's makemap(8), for a map of sendmail.cf:
 *
 *     Kexact hash -o /var/lib/exact/relay-sendmail
 *     SLocal_check_rcpt
 *     R$*     $: $(exact $&{client_addr} $: <?> $)
 *     R<?>    $@ NOTFOUND
 *     ROK     $# OK
 *
 * Keys are IPv4 and `IPv6:` with eight groups, values `OK`; those of networks have fewer groups, and a ruleset must ask
 * for them, since a map is asked for whole keys alone: exact-maps(7) has one for `ipv6-prefix 64`.
 * Sendmail 8.17 sees a new file at the next connection; one that meets the very moment of the replacement is refused,
 * since Sendmail takes no file that is another than it has just looked at. Without `-o` it takes no mail at all while
 * the file is missing. With `-T<TMPF>` a ruleset that takes any answer for leave, and not `OK` alone, is an open relay
 * as soon as the map fails.
 */

import { writeBuiltTable } from './built-table.ts';
import { groupsRefusal } from './ipv6-groups.ts';
import type { MapType } from './map-type.ts';
import { holdsFamily, type Output } from './output.ts';
import { formOfSendmailKey, sendmailKey } from './sendmail-key.ts';
import { makemapRefusal, makemapSuffixes, makeSendmailTable, readSendmailTable } from './sendmail-table.ts';

function publishedPath(output: Output): string {
  return output.path + (makemapSuffixes.get(output.kind) ?? '');
}

/** The map type `makemap`. */
export const makemapMap: MapType = {
  name: 'makemap',
  summary: "Sendmail K maps hash and btree, made by this host's makemap",
  hasKinds: true,
  usualKind: 'hash',
  holdsNetworks: true,
  options: [],
  publishedPath,
  refusal: (output, ipv6Prefix) => {
    if (makemapSuffixes.has(output.kind))
      return holdsFamily(output, 'ipv6') ? groupsRefusal(ipv6Prefix) : undefined;
    return `makemap kind '${output.kind}' is not one that is a single file: ${[...makemapSuffixes.keys()].join(', ')}`;
  },
  hostRefusal: ({ kind }) => makemapRefusal(kind),
  write: (output) =>
    writeBuiltTable(output, {
      path: publishedPath(output),
      suffix: makemapSuffixes.get(output.kind) ?? '',
      line: (address) => `${sendmailKey(address)}\tOK`,
      make: (source) => makeSendmailTable(output, output.kind, source),
    }),
  *read(output) {
    for (const [key] of readSendmailTable(output, output.kind)) yield formOfSendmailKey(key);
  },
};
