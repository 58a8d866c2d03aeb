/** couriertcpd(1), Courier's server for each of its protocols, with the access file that decides who may relay. */
import { hostAddress, type Namespace } from './namespace.ts';
import { writeSmtpProgram } from './tcpserver.ts';
import { unpackPackages } from './unpacked.ts';

/** Lays Courier over the system of a namespace, with makedat where its package puts it; returns its version. */
export async function prepareCourier(host: Namespace): Promise<string> {
  const versions = await unpackPackages(host, ['courier-mta'], ['courier']);
  await host.must(['ln', '-s', '../lib/courier/makedat', '/usr/bin/makedat']);
  await host.must(['install', '-d', '-o', 'courier', '/run/courier']);
  return versions['courier-mta'] ?? '';
}

/** The file that has the process id of the couriertcpd on a port. */
export function pidFile(port: number): string {
  return `/run/courier/esmtpd-${port}.pid`;
}

/** Starts couriertcpd on a port, with a program of ours for each connection. */
export async function startCouriertcpd(host: Namespace, port: number, accessFile: string): Promise<void> {
  const [name = '', ...rest] = couriertcpdCommand(port, accessFile, await writeSmtpProgram(host));
  // An option that 2.0 has no more.
  await host.must([name, '-noidentlookup', ...rest]);
}

/** Returns how couriertcpd is started as Courier's esmtpd(8) does, but for the program that serves a connection. */
export function couriertcpdCommand(port: number, accessFile: string, program: string): string[] {
  const limits = ['-maxprocs=100', '-maxperip=100', '-maxperc=100'];
  const ports = Object.values(hostAddress)
    .map((address) => `${address}.${port}`)
    .join(',');
  return [
    'couriertcpd',
    ...['-user=courier', '-group=courier', '-nodnslookup', ...limits],
    `-access=${accessFile}`,
    `-pid=${pidFile(port)}`,
    ports,
    program,
  ];
}
