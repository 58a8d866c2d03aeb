/** Published maps as Exim reads them: `exim -be` expands a lookup of each address. */
import { ExitStatus } from '../../exit-status.ts';
import { runHelper } from '../../host/helper-program.ts';
import type { Output } from '../../maps/output.ts';
import { Failure } from '../../problem.ts';
import { askProgram } from '../ask-program.ts';
import type { MtaAnswer } from '../mta.ts';
import { lookupOf } from './lookups.ts';

/** Looks addresses up in the map of an output. A path that could mean something in an expansion is not handed over. */
export function askExim(output: Output, forms: readonly string[]): MtaAnswer[] {
  const { name: path = '', askFor } = lookupOf(output) ?? {};
  if (askFor === undefined || !/^[-\w./]+$/.test(path)) return [];
  const name = 'exim -be';
  const questions = forms.flatMap((form) => {
    const question = askFor(form);
    return question === undefined ? [] : [{ form, question }];
  });
  const asked = questions.map(({ form }) => form);
  return askProgram({ name, program: 'exim', asked }, () => {
    const input = questions.map(({ form, question }) => `${form} ${question}\n`).join('');
    // Not with the server's own configuration: a fault in it is not the map's, and not everybody may read it.
    const answers = runHelper({ program: 'exim', args: ['-C', '/dev/null', '-be'], input, where: name });
    const failure = /^(?:> )?Failed: (.*)$/m.exec(answers)?.[1];
    if (failure !== undefined)
      throw new Failure({ status: ExitStatus.unavailable, where: name, what: failure });
    return answers.split('\n').flatMap((line) => /^(?:> )?(\S+) yes$/.exec(line)?.[1] ?? []);
  });
}
