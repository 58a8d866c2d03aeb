/** What is done with bytes, sixteen at a time where that helps. */

export function isDigit(byte: i32): bool {
  return <u32>(byte - 0x30) <= 9;
}

/** The place of the next line feed, or the end. */
export function lineEnd(from: i32, end: i32): i32 {
  const feeds = i8x16.splat(0x0a);
  let at = from;
  while (at < end) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), feeds));
    if (found != 0) {
      const feed = at + ctz(found);
      return feed < end ? feed : end;
    }
    at += 16;
  }
  return end;
}

/** Whether two neighbouring bytes stand somewhere, and if `word` is not 0, as the third and fourth of these four. */
export function hasPair(from: i32, end: i32, first: i32, second: i32, word: u32): bool {
  const firsts = i8x16.splat(<i8>first);
  const seconds = i8x16.splat(<i8>second);
  let at = from;
  while (at < end) {
    let found = i8x16.bitmask(
      v128.and(i8x16.eq(v128.load(at), firsts), i8x16.eq(v128.load(at + 1), seconds)),
    );
    while (found != 0) {
      const place = at + ctz(found);
      if (place >= end) return false;
      if (word == 0 || load<u32>(place - 2) == word) return true;
      found &= found - 1;
    }
    at += 16;
  }
  return false;
}

export function isSame(one: i32, other: i32, length: i32): bool {
  for (let at = 0; at < length; at++) if (load<u8>(one + at) != load<u8>(other + at)) return false;
  return true;
}

/** Whether an IPv4 address that a client can have stands in [from, to) in its one spelling, as `isPlainIPv4` of relay/address.ts has it. */
export function isPlainIPv4(from: i32, to: i32): bool {
  let at = from;
  for (let numbers = 0; numbers < 4; numbers++) {
    const start = at;
    let value = 0;
    for (; at < to && isDigit(load<u8>(at)) && at - start < 4; at++) value = value * 10 + load<u8>(at) - 0x30;
    const digits = at - start;
    if (digits == 0 || digits > 3 || value > 255 || (digits > 1 && load<u8>(start) == 0x30)) return false;
    if (numbers == 0 && (value == 0 || value > 223)) return false;
    if (numbers < 3 && (at == to || load<u8>(at++) != 0x2e)) return false;
  }
  return at == to;
}

/** Whether an IPv6 address of the common make stands in [from, to) in its one spelling, as `isPlainIPv6` of relay/address.ts has it. */
export function isPlainIPv6(from: i32, to: i32): bool {
  let numbers = 0;
  let hasGap = false;
  for (let at = from; at < to; numbers++) {
    const start = at;
    while (at < to && (isDigit(load<u8>(at)) || (load<u8>(at) >= 0x61 && load<u8>(at) <= 0x66))) at++;
    const digits = at - start;
    if (digits == 0 || digits > 4 || load<u8>(start) == 0x30) return false;
    if (numbers == 0 && digits == 4 && load<u16>(start) == 0x6666) return false;
    if (at == to) continue;
    if (load<u8>(at++) != 0x3a || at == to) return false;
    if (load<u8>(at) != 0x3a) continue;
    if (hasGap) return false;
    hasGap = true;
    at++;
  }
  return hasGap ? numbers <= 6 : numbers == 8;
}

/** The number that two digits make. */
export function twoDigits(at: i32): i32 {
  return (<i32>load<u8>(at) - 0x30) * 10 + <i32>load<u8>(at + 1) - 0x30;
}

/** Copies 16 bytes at a time; behind the text some more are overwritten, which the next piece has its place in. */
export function put(out: i32, from: i32, length: i32): i32 {
  for (let done = 0; done < length; done += 16) v128.store(out + done, v128.load(from + done));
  return out + length;
}

export function putNumber(out: i32, number: i32): i32 {
  let digits = 1;
  for (let rest = number; rest >= 10; rest /= 10) digits++;
  let rest = number;
  for (let at = out + digits - 1; at >= out; at--) {
    store<u8>(at, <u8>(0x30 + (rest % 10)));
    rest /= 10;
  }
  return out + digits;
}
