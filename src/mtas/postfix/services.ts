/** Which services of master.cf take mail from clients of other hosts. */
import type { Parameters, PostfixConfig, Service } from './main-cf.ts';

/** The ways into Postfix. */
export interface Entrances {
  /** Where strangers deliver mail, and the table's clients send theirs; main.cf alone where there is no such service. */
  readonly open: readonly Parameters[];
  /** Where a password is asked for, by their ports. */
  readonly submission: readonly Service[];
  /** postscreen(8), which stands before an open one. */
  readonly screen: Service | undefined;
}

const submissionPorts = ['submission', 'submissions', 'smtps', '587', '465'];

/** A service that only this host can reach: content filters hand mail back there. */
const loopback = /^(?:127\.[\d.]+|localhost|\[::1\]|::1):/;

/** Finds them. */
export function entrancesOf(config: PostfixConfig): Entrances {
  const inet = config.services.filter(({ name }) => name.endsWith('/inet') && !loopback.test(name));
  const screen = inet.find(({ program }) => program === 'postscreen');
  const behind = config.services.filter(({ name }) => screen !== undefined && name.endsWith('/pass'));
  const served = [...inet, ...behind].filter(({ program }) => program === 'smtpd');
  const isSubmission = ({ name }: Service) => submissionPorts.includes(portOf(name));
  const open = served.filter((service) => !isSubmission(service));
  return { open: open.length > 0 ? open : [config], submission: served.filter(isSubmission), screen };
}

/** `192.0.2.1:smtp/inet` is on port `smtp`. */
function portOf(name: string): string {
  return /([^:/]+)\/\w+$/.exec(name)?.[1] ?? '';
}
