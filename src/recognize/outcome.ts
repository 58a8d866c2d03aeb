/** What a line comes to, once the rules for its program have read it, and which of several readings counts. */
import type { Login, Logout } from '../relay/login.ts';

/** What a line is. */
export type Outcome =
  | { readonly kind: 'login'; readonly login: Login }
  | { readonly kind: 'logout'; readonly logout: Logout }
  /** A connect line, remembered. */
  | { readonly kind: 'connect'; readonly rule: string }
  | UncountedLine
  /** Two rules read it as logins of different users or addresses: neither can be trusted. */
  | { readonly kind: 'conflict'; readonly rules: readonly [string, string] };

/** A rule matched, and yet it is no login. */
export interface UncountedLine {
  readonly kind: 'refused';
  readonly rule: string;
  readonly reason: string;
  readonly user?: string;
  /** What stood in the address's place. */
  readonly address?: string;
  /** A client seems to have written the line on purpose. */
  readonly isForgery?: true;
  /** It stands in what a server prints that hands line ends of clients on: anybody may have written it. */
  readonly isPrinted?: true;
}

/** Logins and refusals say more of a line than logouts, and those more than connect lines. */
const ranks = ['connect', 'logout', 'refused', 'login', 'conflict'];

/** Returns what a line is that two rules have read. */
export function settleReadings(one: Outcome, other: Outcome): Outcome {
  if (differ(one, other)) return { kind: 'conflict', rules: [ruleOf(one), ruleOf(other)] };
  return ranks.indexOf(other.kind) > ranks.indexOf(one.kind) ? other : one;
}

/** A reading without an address, for want of its connect line, says nothing against one that has it. */
function differ(one: Outcome, other: Outcome): boolean {
  const [a, b] = [clientOf(one), clientOf(other)];
  if (a === undefined || b === undefined) return false;
  return a.user !== b.user || (a.address !== undefined && b.address !== undefined && a.address !== b.address);
}

function clientOf(outcome: Outcome): { readonly user?: string; readonly address?: string } | undefined {
  return outcome.kind === 'login' ? outcome.login : outcome.kind === 'refused' ? outcome : undefined;
}

function ruleOf(outcome: Outcome): string {
  return outcome.kind === 'login' ? outcome.login.server : outcome.kind === 'refused' ? outcome.rule : '';
}
