import { type Bytes, pieceLength } from './bytes.ts';
import type { ByteDifference, Pair } from './difference.ts';

/** Where two files part; undefined where they are the same. */
export const compareBytes = (pair: Pair<Bytes>, same?: string): ByteDifference | undefined => {
  const offset = firstDifference(pair);
  if (offset === undefined) return undefined;
  const at = ({ read }: Bytes) => read(offset, offset + 1)[0];
  const [recorded, replayed] = [at(pair.recorded), at(pair.replayed)];
  return {
    kind: 'bytes',
    offset,
    ...(recorded !== undefined && { recorded }),
    ...(replayed !== undefined && { replayed }),
    sizes: { recorded: pair.recorded.size, replayed: pair.replayed.size },
    ...(same !== undefined && { same }),
  };
};

/** Offset of the first byte that differs, or at which one of the two ends. */
export const firstDifference = ({ recorded, replayed }: Pair<Bytes>): number | undefined => {
  const shorter = Math.min(recorded.size, replayed.size);
  for (let from = 0; from < shorter; from += pieceLength) {
    const to = Math.min(shorter, from + pieceLength);
    const [a, b] = [recorded.read(from, to), replayed.read(from, to)];
    if (Buffer.compare(a, b) !== 0) return from + a.findIndex((byte, i) => byte !== b[i]);
  }
  return recorded.size === replayed.size ? undefined : shorter;
};
