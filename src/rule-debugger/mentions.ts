/**
 * What a message mentions, to tell lines that may be logins from the rest of a log, and to find what an
 * administrator means in a sample. No login is ever found by this: rules do that.
 */
import { type Address, isAddress, parseAddress } from '../relay/address.ts';
import type { Span } from './pattern.ts';

/** An address in a text. */
export interface Mention extends Span {
  /** Canonical. */
  readonly address: Address;
}

/** Not within a word, and not a part of a longer run of digits and dots. */
const addressLike = /(?<![\w.:-])\[?([0-9A-Fa-f:.]*[0-9A-Fa-f:])(?![\w-]|\.\w)/g;

/** Returns the addresses in a text, in their order, without brackets and ports around them. */
export function addressesIn(text: string): readonly Mention[] {
  const found: Mention[] = [];
  for (const match of text.matchAll(addressLike)) {
    const taken = match[1] ?? '';
    const start = match.index + match[0].length - taken.length;
    // 192.0.2.10:41822 is an address and a port; an IPv6 address with a port stands in brackets.
    for (const candidate of [taken, taken.replace(/:\d{0,5}$/, ''), taken.replace(/:+$/, '')]) {
      const address = candidate.length < 3 ? undefined : parseAddress(candidate);
      if (address === undefined || !isAddress(address)) continue;
      found.push({ start, end: start + candidate.length, address });
      break;
    }
  }
  return found;
}

/** Words and forms that stand around user names in the logs of mail servers. */
const userLike =
  /\b(?:user|login|logged|log-?in|auth\w*|account|mailbox|uid|name|password|apop|u)\b|[\w.+-]@[\w-]|["'`<][\w.+-]{1,64}["'>]/i;

/** Reports whether a message has something like a user. */
export function mentionsUser(message: string): boolean {
  return userLike.test(message);
}

/** Reports whether a message has something like a user and an address: whether it may tell of a login. */
export function mentionsLogin(message: string): boolean {
  return mentionsUser(message) && addressesIn(message).length > 0;
}

/** Reports whether a program is an MTA, whose logins and clients never count. */
export function isMta(program: string): boolean {
  return /^(?:postfix\b.*|sendmail|sm-mta.*|sm-msp.*|exim\d*|smtpd|opensmtpd|qmail-smtpd|msmtp|.*submission.*)$/i.test(
    program,
  );
}
