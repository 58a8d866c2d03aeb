/** What is the same in every line of a kind: marks, and words that neither count nor name a host. */

/** Words that have digits and are always the same: protocols and their like. */
const fixedWord =
  /^(?:pop[23][ds]?|imap[24](?:rev\d)?[ds]?|(?:tls|ssl)v\d(?:\.\d)?|ipv[46]|md5|sha\d+|utf8)$/i;

/** A host's name, with a dot in it. */
export const hostName = /^(?=.*[A-Za-z])[\w-]+(?:\.[\w-]+)+$/;

/** Reports whether a text is a mark, or a word without digits that is no host name; of `pop3-login` each part is looked at. */
export function isFixedText(text: string): boolean {
  if (!/\d/.test(text)) return !hostName.test(text);
  return text.split(/[^\w.]/).every((part) => !/[\d.]/.test(part) || fixedWord.test(part));
}
