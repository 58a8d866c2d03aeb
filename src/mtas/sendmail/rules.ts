/** The rules of exact-maps(7) that let those relay whom a `K` map holds, as sendmail.mc takes them. */

/** Bits of a group. */
const groupBits = 16;

/**
 * Returns the rules by which a ruleset looks up a map, as the `printf %b` of a fix has them: `\t` stands for a tab. With
 * `ipv6Prefix` (bits) below 128 they ask for networks too.
 */
export function lookupRules(name: string, ipv6Prefix: number): string[] {
  if (ipv6Prefix === 128) {
    return [`R$*\\t$: $(${name} $&{client_addr} $: <?> $)`, 'R<?>\\t$@ NOTFOUND', 'ROK\\t$# OK'];
  }
  const groups = Array.from({ length: ipv6Prefix / groupBits }, (_none, index) => `$${index + 1}`).join(':');
  const matched = groups.replace(/\d/g, '-');
  return [
    `R$*\\t$: $(${name} $&{client_addr} $: <?> $&{client_addr} $)`,
    `R<?>IPv6:${matched}:$*\\t$: $(${name} IPv6:${groups} $: <?> $)`,
    'R<?>$*\\t$@ NOTFOUND',
    'ROK\\t$# OK',
  ];
}

/** Reports whether some rules of sendmail.cf ask a `K` map for networks. */
export function askNetworks(text: string, name: string): boolean {
  return text.includes(`$(${name} IPv6:$1:`);
}
