/**
 * Keys as Sendmail spells them when it looks an address up: IPv4 as it is, IPv6 with `IPv6:` before eight groups
 * without zero padding or `::`; the first octets or groups of either stand for a network. That is the form of
 * Sendmail since 8.15 unless UseCompressedIPv6Addresses is set. Case does not count: makemap folds it, and so does
 * Sendmail when it asks.
 */
import { canonicalForm } from '../relay/network.ts';
import { formOfGroups, groupsOf } from './ipv6-groups.ts';

const ipv6Tag = 'IPv6:';

/** Returns the key of a canonical address, or of an IPv6 network of whole groups. */
export function sendmailKey(form: string): string {
  return form.includes(':') ? ipv6Tag + groupsOf(form).join(':') : form;
}

/** Returns the canonical address or network that a key stands for, or the key itself if it is neither. */
export function formOfSendmailKey(key: string): string {
  if (key.slice(0, ipv6Tag.length).toLowerCase() === ipv6Tag.toLowerCase()) {
    return formOfGroups(key.slice(ipv6Tag.length).split(':')) ?? key;
  }
  const form = canonicalForm(key);
  return typeof form === 'string' ? form : key;
}
