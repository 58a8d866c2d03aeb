/** What may help, in words, for the slips that are common enough to be told apart; mend/ writes whole expressions. */
import { isAddress, parseAddress } from '../../relay/address.ts';
import type { Stop } from './steps.ts';
import type { Wanted } from './wanted.ts';

const peerHint = '%{PEER} takes 192.0.2.10, 192.0.2.10:41822 and [2001:db8::10]:50112';

/** Returns what may help an expression that stopped in a text; undefined where nothing can be told. */
export function hintFor(wanted: Wanted, text: string, stop: Stop): string | undefined {
  if (stop.isAnywhere) return undefined;
  const rest = text.slice(stop.at);
  const isForAddress = /%\{(?:ADDRESS|PEER)\}/.test(wanted.words);
  if (isForAddress && wanted.words === '%{ADDRESS}' && /^\[[0-9A-Fa-f:.]+\]/.test(rest)) return peerHint;
  if (isForAddress && /^[\w.-]*[A-Za-z]/.test(rest)) {
    return "a host name is nobody's address; make the server log addresses";
  }
  if (wanted.words.endsWith('the end') && /^\W.{0,40}$/s.test(rest)) {
    return '(?:…)? before $ takes lines with and without it';
  }
  if (wanted.text !== '' && rest.toLowerCase().startsWith(wanted.text.toLowerCase())) {
    return '(?i) at the start takes both upper and lower case';
  }
  return undefined;
}

/** Returns what may help a rule whose address group took a text that is none; undefined where nothing can be told. */
export function hintForAddress(taken: string): string | undefined {
  const [, address] = /^([\d.]+):\d+$/.exec(taken) ?? /^\[([0-9A-Fa-f:.]+)\](?::\d+)?$/.exec(taken) ?? [];
  return address !== undefined && isAddress(parseAddress(address)) ? peerHint : undefined;
}
