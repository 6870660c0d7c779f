import { createHash } from 'node:crypto';

/**
 * A UUID made from names, the same whenever they are: version 5 of RFC 9562, the names as a JSON array.
 * What is exported twice, or live and later, so has the same ids.
 */
export const uuidOf = (...names: readonly string[]): string => {
  const bytes = createHash('sha1').update(namespace).update(JSON.stringify(names)).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

// Stemma's own, drawn once by lot: another program's names give other ids.
const namespace = Buffer.from('9b6e4c1f5d0a4f0e8f3d2c7a51e6b084', 'hex');
