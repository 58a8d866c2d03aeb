/** What it is called when the server cannot be used: one line, without a password, and what can be done about it. */
import { getSystemErrorMap } from 'node:util';
import pg from 'pg';
import { ExitStatus } from '../../exit-status.ts';
import { errnoOf, Failure } from '../../problem.ts';
import type { Output } from '../output.ts';
import { NoServer, patience, ServerTrouble } from './connection.ts';
import { withoutPassword } from './password.ts';
import { serverName } from './servers.ts';

/** SQLSTATEs of tables, columns and sequences that are not there. */
const notThere = ['42P01', '42703'];
const insufficientPrivilege = '42501';
/** As a standby answers, and a server that an administrator has made so. */
const readOnly = '25006';

const takesNone = 'a standby, or a server that only reads';
const makeTables = 'let the owner of the database run examples/pgsql.sql once';
const nameAuthority = 'name the file of the authority that signed it by sslrootcert=PATH in the URL';

/** What to do about failures, by their codes: of PostgreSQL, and of OpenSSL where nobody known signed a certificate. */
const fixes: Readonly<Record<string, string>> = {
  [insufficientPrivilege]: makeTables,
  [readOnly]: 'name the server that takes writes',
  DEPTH_ZERO_SELF_SIGNED_CERT: nameAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: nameAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: nameAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: nameAuthority,
};

/** Reasons that the system words for programmers. */
const reasons: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'no name server answers',
  ENOTFOUND: 'no host has this name',
};

/** Whether an error says that a table, or a part of one, is not there. */
export function isOfSchema(trouble: unknown): boolean {
  return trouble instanceof ServerTrouble && notThere.includes(errnoOf(trouble.reason) ?? '');
}

/**
 * Returns the failure of an output; exit status 75. What is a bug and no trouble with a server is thrown on.
 *
 * @param ownFix - What can be done about it, where the error itself does not tell.
 */
export function databaseFailure(output: Output, trouble: unknown, ownFix?: string): Failure {
  if (!(trouble instanceof ServerTrouble)) throw trouble;
  const { reason } = trouble;
  const fix = ownFix ?? fixFor(reason);
  return new Failure({
    status: ExitStatus.tryAgain,
    where: withoutPassword(`output ${output.type} ${output.path}`),
    what: 'cannot use the table',
    why: withoutPassword(reasonFor(reason)),
    consequence: 'the addresses in it still expire, and the next good run sends everything',
    ...(fix === undefined ? {} : { fix }),
  });
}

function fixFor(error: Error): string | undefined {
  if (!(error instanceof NoServer)) return fixes[errnoOf(error) ?? ''];
  const { failures } = error;
  if (failures.every(({ reason }) => reason === undefined)) return fixes[readOnly];
  return failures.map(({ reason }) => reason && fixFor(reason)).find(Boolean);
}

function reasonFor(error: Error, milliseconds = patience): string {
  if (error instanceof NoServer) {
    const { failures } = error;
    const words = failures.map(({ server, reason }) => {
      return `${serverName(server)}: ${reason === undefined ? takesNone : reasonFor(reason, patience / failures.length)}`;
    });
    return words.join(', ');
  }
  if (errnoOf(error) === readOnly) return takesNone;
  if (error instanceof pg.DatabaseError) return error.message;
  if (/timeout/i.test(error.message)) return `no answer in ${Number((milliseconds / 1000).toFixed(1))} s`;
  // A name with several addresses fails once for each.
  const first: NodeJS.ErrnoException & { address?: string } =
    error instanceof AggregateError ? error.errors[0] : error;
  if (first.syscall === 'connect' && first.code === 'ENOENT') return `no socket ${first.address}`;
  // What is no system call's tells itself: TLS above all.
  return reasons[first.code ?? ''] ?? getSystemErrorMap().get(first.errno ?? 0)?.[1] ?? first.message;
}
