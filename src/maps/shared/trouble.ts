/** What the server of a table, or the way to it, has said in the place of an answer, and how that is told. */
import { getSystemErrorMap } from 'node:util';
import { errnoOf } from '../../problem.ts';
import { type Server, serverName } from './servers.ts';

/** What can be said of an error. */
export interface Why {
  /** One line; it may hold a password. */
  readonly why: string;
  /** What can be done about it. */
  readonly fix?: string | undefined;
}

/** What the server, or the way to it, has said in the place of an answer. */
export class ServerTrouble extends Error {
  readonly why: string;
  readonly fix: string | undefined;
  /** Whether a table, or a part of one, is not there. */
  readonly isOfSchema: boolean;
  /** Whether a right is lacking. */
  readonly isForbidden: boolean;

  constructor({ why, fix }: Why, { isOfSchema = false, isForbidden = false } = {}) {
    super(why);
    this.name = 'ServerTrouble';
    this.why = why;
    this.fix = fix;
    this.isOfSchema = isOfSchema;
    this.isForbidden = isForbidden;
  }
}

/** Why one of several servers does not serve: undefined where it takes no writes. */
export interface ServerFailure {
  readonly server: Server;
  readonly reason: Error | undefined;
}

/** None of the servers that a URL names serves. */
export class NoServer extends Error {
  readonly failures: readonly ServerFailure[];

  constructor(failures: readonly ServerFailure[]) {
    super('no server');
    this.name = 'NoServer';
    this.failures = failures;
  }
}

/** How a server is called that takes no rows. */
export const takesNone: Why = {
  why: 'a standby, or a server that only reads',
  fix: 'name the server that takes writes',
};

/** What to do where nobody known signed a certificate. */
export const nameAuthority = 'name the file of the authority that signed it by sslrootcert=PATH in the URL';

/** The same, by the codes of OpenSSL. */
const fixes: Readonly<Record<string, string>> = {
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

/**
 * Returns what is said of an error; of what a server has said itself, `ofServer` tells.
 *
 * @param milliseconds - For how long it was waited for.
 */
export function whyOf(error: Error, ofServer: (error: Error) => Why | undefined, milliseconds: number): Why {
  if (error instanceof NoServer) {
    const { failures } = error;
    const all = failures.map(({ server, reason }) => {
      const each = reason === undefined ? takesNone : whyOf(reason, ofServer, milliseconds / failures.length);
      return { ...each, reason, why: `${serverName(server)}: ${each.why}` };
    });
    const isWithoutWriter = all.every(({ reason }) => reason === undefined);
    const fix = all.find((each) => isWithoutWriter || (each.reason && each.fix))?.fix;
    return { why: all.map(({ why }) => why).join(', '), fix };
  }
  const fix = fixes[errnoOf(error) ?? ''];
  return ofServer(error) ?? { why: reasonFor(error, milliseconds), fix };
}

function reasonFor(error: Error, milliseconds: number): string {
  if (/timeout/i.test(error.message)) return `no answer in ${Number((milliseconds / 1000).toFixed(1))} s`;
  // A name with several addresses fails once for each.
  const first: NodeJS.ErrnoException & { address?: string } =
    error instanceof AggregateError ? error.errors[0] : error;
  if (first.syscall === 'connect' && first.code === 'ENOENT') return `no socket ${first.address}`;
  // What is no system call's tells itself: TLS above all.
  return reasons[first.code ?? ''] ?? getSystemErrorMap().get(first.errno ?? 0)?.[1] ?? first.message;
}
