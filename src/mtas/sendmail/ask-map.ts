/** Published maps as Sendmail reads them: its test mode looks keys up in one, with settings that name it alone. */
import { ExitStatus } from '../../exit-status.ts';
import { runHelper } from '../../host/helper-program.ts';
import type { Output } from '../../maps/output.ts';
import { Failure } from '../../problem.ts';
import { askProgram } from '../ask-program.ts';
import type { MtaAnswer } from '../mta.ts';
import { lookupOf } from './lookups.ts';
import { withTemporaryFile } from './program.ts';

/** What `sendmail -bt` reads before it looks anything up. Not the server's own: a fault in that is not the map's. */
const sendmailSettings = [
  'V10/Berkeley',
  'O DontProbeInterfaces=True',
  'Djlocalhost.localdomain',
  'Mlocal, P=/bin/false, F=l, A=false',
  'Mprog, P=/bin/false, F=l, A=false',
];

/** Looks addresses and networks up in the map of an output with `sendmail -bt`. */
export function askSendmail(output: Output, forms: readonly string[]): MtaAnswer[] {
  const lookup = lookupOf(output);
  const { path } = output;
  if (lookup === undefined || !/^[-\w./]+$/.test(path)) return [];
  const { kind, leave, keyOf } = lookup;
  const name = 'sendmail -bt';
  const formOf = new Map(forms.map((form) => [keyOf(form), form]));
  return askProgram({ name, program: 'sendmail', asked: forms }, () => {
    const input = [...formOf.keys()].map((key) => `/map exact ${key}\n`).join('');
    const lines = withTemporaryFile(
      [...sendmailSettings, `Kexact ${kind} ${path}`, ''].join('\n'),
      (settings) =>
        // Its own failures are lines of their own.
        runHelper({
          program: 'sendmail',
          args: [`-C${settings}`, '-bt'],
          input,
          foundNothing: 71,
          where: name,
        }),
    ).split('\n');
    const failure = lines.map((line) => /^(?:> )?\w+ map "exact": (.*)$/.exec(line)?.[1]).find(Boolean);
    if (failure !== undefined)
      throw new Failure({ status: ExitStatus.unavailable, where: name, what: failure });
    return lines.flatMap((line) => {
      const [, key = '', value] = /^(?:> )?map_lookup: exact \((\S+)\) returns (\S+) \(0\)$/.exec(line) ?? [];
      return value === leave ? (formOf.get(key) ?? []) : [];
    });
  });
}
