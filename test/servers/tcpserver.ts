/**
 * Servers that run a program for each connection and tell it by RELAYCLIENT whether the client may relay, as qmail-smtpd
 * and courieresmtpd want it: tcpserver and couriertcpd. The program here says in SMTP what it was told.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostAddress, type Namespace } from './namespace.ts';
import { unpackPackages } from './unpacked.ts';

/** SMTP as far as RCPT: 250 for whoever has RELAYCLIENT, 553 (as qmail-smtpd says it) for everybody else. */
export const smtpProgram = `#!/bin/sh
say() { printf '%s\\r\\n' "$1"; }
say '220 mx'
while read -r verb _; do
  case $verb in
  RCPT) if [ "\${RELAYCLIENT+is set}" ]; then say '250 ok'; else say '553 not one of my hosts'; fi ;;
  QUIT*) say '221 mx'; exit ;;
  *) say '250 ok' ;;
  esac
done
`;

/** The reply code of the program for whoever may not relay. */
export const refusalOfProgram = 553;

/** Writes the program that serves a connection, and returns its path. */
export async function writeSmtpProgram(host: Namespace): Promise<string> {
  const path = join(host.folder, 'smtp-program');
  await writeFile(path, smtpProgram, { mode: 0o755 });
  return path;
}

/** Lays tcpserver over the system of a namespace, and returns its version. */
export async function prepareTcpserver(host: Namespace): Promise<string> {
  const versions = await unpackPackages(host, ['ucspi-tcp-ipv6'], []);
  return versions['ucspi-tcp-ipv6'] ?? '';
}

/** Starts tcpserver on a port, by a command that names its file of rules. */
export async function startTcpserver(host: Namespace, port: number, command: string): Promise<void> {
  const program = await writeSmtpProgram(host);
  for (const address of Object.values(hostAddress)) {
    // Without names, which nobody serves here; it stays in the foreground.
    const words = [...command.split(' '), '-H', '-R', '-l', 'mx', address, String(port), program];
    await host.must(['sh', '-c', '"$@" >/dev/null 2>&1 </dev/null &', 'start', ...words]);
  }
}
