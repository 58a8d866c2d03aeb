/** Groups that hold an address: `%{PEER}` needs several, since RE2 has no name twice. One takes part at most. */
export const addressGroups = ['address', 'bracketed', 'bare'] as const;
