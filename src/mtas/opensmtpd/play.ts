/** A client's conversation with OpenSMTPD, which no program of it plays: what smtpd.conf says at each listener. */
import { hostname } from 'node:os';
import type { Settings } from '../../config/settings.ts';
import {
  addressAt,
  clientWords,
  type Dialogue,
  type Played,
  type PlayedStep,
  stepNames,
} from '../dialogue.ts';
import { type AskedClient, told } from './conditions.ts';
import { findOpensmtpd } from './program.ts';
import type { Statement } from './smtpd-conf.ts';
import { isLookedUp, sourceOf } from './tables.ts';
import {
  type Listener,
  matchedAt,
  programsOf,
  type Refusing,
  refusingFilters,
  type SmtpdConf,
  takeApart,
} from './verdicts.ts';

/** Nothing is played behind the recipient. */
const stepOf: Readonly<Record<Refusing['phase'], PlayedStep['step'] | undefined>> = {
  connect: 'client',
  helo: 'HELO',
  ehlo: 'HELO',
  'mail-from': 'MAIL',
  'rcpt-to': 'RCPT',
  match: 'RCPT',
  data: undefined,
  commit: undefined,
};

/** Reads what each listener would say; nothing where OpenSMTPD is not installed, or this account cannot read it. */
export function playOpensmtpd(dialogue: Dialogue, settings: Settings): Played[] {
  const { statements } = findOpensmtpd() ?? {};
  if (statements === undefined) return [];
  const conf = takeApart(statements, settings.outputs.filter(isLookedUp).map(sourceOf));
  const said = { ...dialogue, sender: addressAt(dialogue.sender, hostname()) };
  return conf.listeners.map((listener) => ({
    way: `${listener.words}, smtpd.conf read`,
    steps: stepsOf(said, [
      ...refusingFilters(conf, listener, said),
      ...matchVerdicts(conf, listener, said),
    ]).map((step) => withPrograms(step, programsOf(conf, listener))),
  }));
}

/** What a program among the filters does is known to nobody. */
function withPrograms(step: PlayedStep, programs: readonly string[]): PlayedStep {
  if (step.step !== 'RCPT' || step.verdict !== 'accepted' || programs.length === 0) return step;
  return {
    ...step,
    verdict: 'may be refused',
    by: programs.map((name) => `filter ${name}, a program`).join(', '),
  };
}

function matchVerdicts(conf: SmtpdConf, listener: Listener, client: AskedClient): Refusing[] {
  const { match, before } = matchedAt(conf, listener, client);
  const may = before.map(({ statement }) => refusingMatch('maybe', statement));
  if (match === undefined) {
    const last = conf.matches.at(-1)?.statement;
    return [
      ...may,
      ...(last === undefined ? [] : [{ ...refusingMatch('yes', last), words: 'no match takes it' }]),
    ];
  }
  return match.action === undefined ? [...may, refusingMatch('yes', match.statement)] : may;
}

function refusingMatch(severity: Refusing['severity'], statement: Statement): Refusing {
  return { phase: 'match', severity, words: told(statement), reply: undefined, statement };
}

/** The steps up to the first that is refused. */
function stepsOf(dialogue: Dialogue, refusing: readonly Refusing[]): PlayedStep[] {
  const { helo, sender, recipient } = dialogue;
  const said = { client: clientWords(dialogue), HELO: helo, MAIL: `<${sender}>`, RCPT: `<${recipient}>` };
  const steps: PlayedStep[] = [];
  for (const step of stepNames) {
    const its = refusing.filter(({ phase }) => stepOf[phase] === step);
    const last = its.find(({ severity }) => severity === 'yes');
    const by = (last === undefined ? its : [last]).map(byWords).join(', ');
    const verdict = last !== undefined ? 'refused' : its.length > 0 ? 'may be refused' : 'accepted';
    const reply = last?.reply === undefined ? {} : { reply: last.reply };
    steps.push({ step, verdict, said: said[step], ...reply, ...(by === '' ? {} : { by }) });
    if (verdict === 'refused') break;
  }
  return steps;
}

function byWords({ words, statement: { file, line } }: Refusing): string {
  return words === 'no match takes it' ? `${words} in ${file}` : `${file}, line ${line}: ${words}`;
}
