import { createHash } from 'node:crypto';

/**
 * A stage's 32-bit seed for a purpose: the first four bytes of the SHA-256 of seed, stage and purpose, big-endian.
 * So adding a stage or a purpose changes no other's numbers.
 */
export const stageSeed = (
  { seed, stage }: { readonly seed: number; readonly stage: string },
  purpose: string,
): number => createHash('sha256').update(`${seed}\0${stage}\0${purpose}`).digest().readUInt32BE(0);
