/** Published rules as tcpserver reads them: tcprulescheck(1) says what it would set in the environment for a client. */
import { runHelper } from '../../host/helper-program.ts';
import { askProgram } from '../ask-program.ts';
import type { MtaAnswer } from '../mta.ts';

/** It answers for one address in a process; so many show whether it can read the map. */
const mostAsked = 20;

/** Looks the first of some addresses up with tcprulescheck. */
export function askTcpRulesCheck(path: string, addresses: readonly string[]): MtaAnswer[] {
  const program = 'tcprulescheck';
  const asked = addresses.slice(0, mostAsked);
  const letsRelay = (address: string) =>
    /^set environment variable RELAYCLIENT=/m.test(
      runHelper({ program, args: [path], environment: { TCPREMOTEIP: address }, where: program }),
    );
  return askProgram({ name: program, program, asked }, () => asked.filter(letsRelay));
}
