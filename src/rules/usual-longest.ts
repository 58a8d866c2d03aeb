/**
 * Bytes of the longest message that is a login, where a stanza does not say `longest`. Loggers and syslog daemons cut
 * what is longer, at 511 bytes at the earliest, or go on with it in a line that begins wherever the client wants.
 */
export const usualLongest = 499;

/** Seconds, the most that `broken` may say for torn lines: what was half read is written in the next moment. */
export const longestTorn = 60;
