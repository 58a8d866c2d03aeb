/**
 * Published maps as the MTAs' own programs read them: each looks the addresses up as its server would. Used by
 * `exact dump --maps`, next to the reading by Exact itself.
 */
import { ExitStatus } from '../exit-status.ts';
import { isProgram, runHelper } from '../host/helper-program.ts';
import { Failure } from '../problem.ts';
import type { MtaAnswer } from './map-type.ts';

/** Asks, and has a failure of the program as its answer; nothing where it is not installed. */
export function ask(
  name: string,
  program: string,
  asked: readonly string[],
  relaysBy: () => Iterable<string>,
): MtaAnswer[] {
  if (!isProgram(program)) return [];
  try {
    return [{ program: name, asked, relays: new Set(relaysBy()) }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ program: name, asked, relays: undefined, trouble: error.problem.what }];
  }
}

/** An address that a network holds, or the address itself: what a server would look up. */
function addressIn(form: string): string {
  return form.split('/', 1)[0] ?? form;
}

/** Looks addresses up with `postmap -q` in a table `KIND:PATH`. */
export function askPostmap(table: string, forms: readonly string[]): MtaAnswer[] {
  const formOf = new Map(forms.map((form) => [addressIn(form), form]));
  const name = 'postmap -q';
  return ask(name, 'postmap', forms, () => {
    const input = [...formOf.keys()].map((address) => `${address}\n`).join('');
    const call = { program: 'postmap', args: ['-q', '-', table], input, foundNothing: 1, where: name };
    return runHelper(call)
      .split('\n')
      .flatMap((line) => {
        const [address = '', value] = line.split('\t');
        const form = formOf.get(address);
        return value === 'OK' && form !== undefined ? [form] : [];
      });
  });
}

/**
 * Looks addresses up with `exim -be`. `conditionOf` makes the expansion for an address that is `yes` if it may
 * relay. A path that could mean something in an expansion is not handed over.
 */
export function askExim(
  path: string,
  forms: readonly string[],
  conditionOf: (address: string) => string,
): MtaAnswer[] {
  if (!/^[-\w./]+$/.test(path)) return [];
  const name = 'exim -be';
  return ask(name, 'exim', forms, () => {
    const input = forms.map((form) => `${form} ${conditionOf(addressIn(form))}\n`).join('');
    // Not with the server's own configuration: a fault in it is not the map's, and not everybody may read it.
    const answers = runHelper({ program: 'exim', args: ['-C', '/dev/null', '-be'], input, where: name });
    const failure = /^(?:> )?Failed: (.*)$/m.exec(answers)?.[1];
    if (failure !== undefined)
      throw new Failure({ status: ExitStatus.unavailable, where: name, what: failure });
    return answers.split('\n').flatMap((line) => /^(?:> )?(\S+) yes$/.exec(line)?.[1] ?? []);
  });
}

/** tcprulescheck answers for one address in a process; so many show whether it can read the map. */
const tcpRulesChecks = 20;

/** Looks addresses up with tcprulescheck, which says what tcpserver would set in the environment. */
export function askTcpRulesCheck(path: string, addresses: readonly string[]): MtaAnswer[] {
  const program = 'tcprulescheck';
  const asked = addresses.slice(0, tcpRulesChecks);
  const letsRelay = (address: string) =>
    /^set environment variable RELAYCLIENT=/m.test(
      runHelper({ program, args: [path], environment: { TCPREMOTEIP: address }, where: program }),
    );
  return ask(program, program, asked, () => asked.filter(letsRelay));
}
