/**
 * How many bytes a packed file may be unpacked to: 64 MiB, or a hundred times its size. Weights hardly shrink when they
 * are packed; what claims to be larger than that is no file of weights.
 */
export const mostUnpacked = (packed: number): number => Math.max(64 * 2 ** 20, 100 * packed);
