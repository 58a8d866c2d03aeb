/**
 * The client's address in the name of the unit that systemd starts for one connection, of a socket unit with `Accept=yes`.
 * A server that is started so, as by inetd, logs no address, and no tcpd does it for it:
 *
 *     popa3d@3-192.0.2.1:110-198.51.100.23:54101.service          before systemd 257
 *     popa3d@3-8842-192.0.2.1:110-198.51.100.23:54101.service
 *
 * systemd has it from the socket, and journald the unit from the kernel: nothing of it is the client's. The number of the
 * connection, its cookie and both ends: systemd, src/core/socket.c, instance_from_socket().
 */
const perConnection =
  /^[^@]{1,200}@\d{1,10}-(?:\d{1,20}-)?[\da-fA-F.:]{2,45}:\d{1,5}-([\da-fA-F.:]{2,45}):\d{1,5}\.service$/;

/** Returns the address of the client whose connection a journal entry's unit serves; undefined for any other unit. */
export function unitPeer(fields: ReadonlyMap<string, string> | undefined): string | undefined {
  const [, peer] = perConnection.exec(fields?.get('_SYSTEMD_UNIT') ?? '') ?? [];
  return peer;
}
