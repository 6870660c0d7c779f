import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';

/** Numbers that look random and are the same for a seed. Marsaglia (2003), "Xorshift RNGs": 32 bits. */
export const randomFrom = (seed: number): ((below: number) => number) => {
  let state = seed || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

/** Flips a bit of a file, does `work`, and puts the file back, times included. */
export const withFlip = async <Value>(
  file: string,
  { byte, bit }: { readonly byte: number; readonly bit: number },
  work: () => Promise<Value>,
): Promise<Value> => {
  const before = readFileSync(file);
  const { atime, mtime } = statSync(file);
  const flipped = Buffer.from(before);
  flipped[byte]! ^= 1 << bit;
  writeFileSync(file, flipped);
  utimesSync(file, atime, mtime);
  try {
    return await work();
  } finally {
    writeFileSync(file, before);
    utimesSync(file, atime, mtime);
  }
};
