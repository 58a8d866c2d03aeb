/** The rules of exact-maps(7) that let those relay whom a `K` map holds, as sendmail.mc takes them. */

/** Bits of a group. */
const groupBits = 16;

/** Returns the lines, `\t` standing for a tab; with `ipv6Prefix` (bits) below 128 they ask for networks too. */
export function rulesFor(ipv6Prefix: number): string[] {
  const head = ['LOCAL_RULESETS', 'SLocal_check_rcpt'];
  if (ipv6Prefix === 128) {
    return [...head, 'R$*\\t$: $(exact $&{client_addr} $: <?> $)', 'R<?>\\t$@ NOTFOUND', 'ROK\\t$# OK'];
  }
  const groups = Array.from({ length: ipv6Prefix / groupBits }, (_none, index) => `$${index + 1}`).join(':');
  const matched = groups.replace(/\d/g, '-');
  return [
    ...head,
    'R$*\\t$: $(exact $&{client_addr} $: <?> $&{client_addr} $)',
    `R<?>IPv6:${matched}:$*\\t$: $(exact IPv6:${groups} $: <?> $)`,
    'R<?>$*\\t$@ NOTFOUND',
    'ROK\\t$# OK',
  ];
}

/** Reports whether some rules of sendmail.cf ask a `K` map for networks. */
export function askNetworks(text: string, name: string): boolean {
  return text.includes(`$(${name} IPv6:$1:`);
}
