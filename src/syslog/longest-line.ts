/** Characters of the longest line that is matched; rsyslog cuts lines there, and longer ones are passed over. */
export const longestLine = 8192;
