/** Characters for random texts. */
import fc from 'fast-check';

const [firstSurrogate, surrogates] = [0xd800, 0x800];

/** Any character of Unicode. That of fast-check (`binary`) takes a second and a half to be made ready. */
export const anyCharacter = fc
  .integer({ min: 0, max: 0x10_ffff - surrogates })
  .map((number) => String.fromCodePoint(number < firstSurrogate ? number : number + surrogates));
