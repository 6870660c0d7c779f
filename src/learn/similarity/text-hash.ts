/**
 * A stable 32-bit hash of a text: MurmurHash3 (x86, 32 bits) over its UTF-16 code units, two to a word.
 * The same on every machine and in every version: it decides columns of models. Not for secrets.
 *
 * @param seed other seeds give other, independent hashes.
 * @see A. Appleby: MurmurHash3, 2011.
 */
export const hashText = (text: string, seed = 0): number => {
  let hash = seed | 0;
  const even = text.length & ~1;
  for (let at = 0; at < even; at += 2) {
    hash ^= scramble(text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  if (even < text.length) hash ^= scramble(text.charCodeAt(even));
  return finishHash(hash ^ (2 * text.length));
};

const scramble = (word: number): number => {
  const mixed = Math.imul(word, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
};

/** MurmurHash3's finalizer: each bit of the word moves about half of the result's. 0 to 2^32 - 1. */
export const finishHash = (word: number): number => {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};
