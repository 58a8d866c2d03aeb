/** The time that rules are measured by: a busy host must not make one too slow to be used. */

/** Returns the milliseconds of CPU time that this process has used. */
export function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
