/**
 * A client's conversation with Sendmail: `sendmail -bt` runs the rules of its configuration, with all that asks name
 * servers, as the daemon does for a client whose macros are set. Milters, greet_pause and the counts of ratecontrol are
 * not in the rules.
 */
import { hostname } from 'node:os';
import { saidTo } from '../../host/ask.ts';
import { sendmailKey } from '../../maps/sendmail-key.ts';
import { type Answer, addressAt, clientWords, type Dialogue, judged, type Played } from '../dialogue.ts';
import { configuration, findSendmail, withTemporaryFile } from './program.ts';

/** What the rulesets return, by their names; undefined for one that there is none of. */
type Returns = Readonly<Record<'check_relay' | 'check_mail' | 'check_rcpt', string | undefined>>;

/** Test mode reads `$|` as two characters: this ruleset makes them the one that check_relay has between its words. */
const joining = ['SExactJoin', 'R$* $$| $*\t$: $1 $| $2', ''];

/** Plays a conversation with Sendmail; nothing where it is not installed, or this account cannot start it so. */
export function playSendmail(dialogue: Dialogue): Played[] {
  const { program, rules } = findSendmail() ?? {};
  if (program === undefined || rules === undefined) return [];
  const sender = addressAt(dialogue.sender, domainIn(rules));
  const said = askRules(program, rules, { ...dialogue, sender });
  if (said === undefined) return [];
  const { check_relay, check_mail, check_rcpt } = returnsIn(said);
  const answers: readonly Answer[] = [
    { step: 'client', said: clientWords(dialogue), reply: replyOf(check_relay) },
    { step: 'HELO', said: dialogue.helo, reply: undefined },
    { step: 'MAIL', said: `<${sender}>`, reply: replyOf(check_mail) },
    { step: 'RCPT', said: `<${dialogue.recipient}>`, reply: replyOf(check_rcpt) ?? '250 OK' },
  ];
  return [{ way: 'sendmail -bt', steps: judged(answers, () => refusingRules(said, rules)) }];
}

/** Returns what test mode prints when it is asked as for a client; undefined where it cannot be asked. */
function askRules(
  program: string,
  rules: string,
  { address, name, helo, sender, recipient }: Omit<Dialogue, 'mayRelay'>,
): string | undefined {
  const literal = sendmailKey(address);
  const known = name.verified ?? `[${literal}]`;
  const resolve =
    name.verified !== undefined
      ? 'OK'
      : name.reverse !== undefined
        ? 'FORGED'
        : name.isTemporary
          ? 'TEMP'
          : 'FAIL';
  const lines = [
    `.D{client_addr}${literal}`,
    `.D{client_name}${known}`,
    `.D{client_ptr}${name.reverse ?? known}`,
    `.D{client_resolve}${resolve}`,
    `.Ds${helo}`,
    `ExactJoin,check_relay ${known} $| ${literal}`,
    `check_mail <${sender}>`,
    `check_rcpt <${recipient}>`,
    '',
  ];
  const said = withTemporaryFile([rules.trimEnd(), ...joining].join('\n'), (settings) =>
    saidTo(program, [`-C${settings}`, '-bt'], lines.join('\n')),
  );
  return said?.stdout.includes('ADDRESS TEST MODE') === true ? said.stdout : undefined;
}

/** Returns what each ruleset came to by what test mode printed. */
export function returnsIn(said: string): Returns {
  const returned = (name: string) =>
    [...said.matchAll(new RegExp(`^(?:> )*${name} +returns: (.*)$`, 'gm'))].at(-1)?.[1];
  return {
    check_relay: returned('check_relay'),
    check_mail: returned('check_mail'),
    check_rcpt: returned('check_rcpt'),
  };
}

/** Returns the reply that an error of the rules is, with its code; undefined for whatever is none. */
export function replyOf(returned: string | undefined): string | undefined {
  if (returned === undefined) return undefined;
  if (/^\$# ?discard\b/.test(returned)) return '550 discarded';
  const [, status = '', rest = ''] = /^\$# ?error (?:\$@ ([\d. ]*))?\$: (.*)$/.exec(returned) ?? [];
  if (rest === '') return undefined;
  // What stands between quotes is text; of the rest, test mode puts blanks between all words.
  const text = rest
    .replace(
      /"([^"]*)"|([^"]+)/g,
      (_all, quoted: string | undefined, words = '') =>
        quoted ??
        String(words)
          .replace(/ *([.:@<>[\]]) */g, '$1')
          .trim(),
    )
    .trim();
  const [, code = status.startsWith('4') ? '450' : '550', own = text] = /^([45]\d\d) +(.*)$/.exec(text) ?? [];
  const extended = /^[45]\.\d/.test(own) ? '' : status.replaceAll(' ', '');
  return [code, extended, own].filter(Boolean).join(' ');
}

/** Returns the ruleset in which the first error came up, by its whole name. */
export function refusingRules(said: string, rules: string): string | undefined {
  const [, shown] = /^(?:> )*(\S+) +returns: \$# ?(?:error|discard)\b/m.exec(said) ?? [];
  if (shown === undefined) return undefined;
  // Test mode prints the first 16 characters of a name.
  const name = rules.match(/^S\w+/gm)?.find((each) => each.slice(1, 17) === shown) ?? `S${shown}`;
  return `ruleset ${name} of ${configuration}`;
}

/** A domain that Sendmail has for its own, for a sender without one. */
function domainIn(rules: string): string {
  const own = [...rules.matchAll(/^(?:Cw|Dj)(\S+\.\S+)/gm)].map(([, name = '']) => name);
  return own.find((name) => !name.includes('$') && !name.startsWith('[')) ?? hostname();
}
