/**
 * TFRecord: each record is its length (8 bytes, little-endian), the masked CRC-32C of these 8 bytes (4 bytes), the data,
 * and the masked CRC-32C of the data (4 bytes).
 *
 * @see https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 */
export const record = (data: Uint8Array): Buffer => {
  const bytes = Buffer.alloc(data.length + 16);
  bytes.writeBigUInt64LE(BigInt(data.length), 0);
  bytes.writeUInt32LE(masked(crc32c(bytes.subarray(0, 8))), 8);
  bytes.set(data, 12);
  bytes.writeUInt32LE(masked(crc32c(data)), 12 + data.length);
  return bytes;
};

/**
 * CRC-32C: the polynomial 0x1EDC6F41, bits reversed, as in iSCSI.
 *
 * @see G. Castagnoli, S. Braeuer, M. Herrmann: Optimization of Cyclic Redundancy-Check Codes with 24 and 32 Parity Bits,
 * IEEE Transactions on Communications 41(6), 1993; RFC 3720, appendix B.4.
 */
export const crc32c = (data: Uint8Array): number => {
  let crc = 0xffffffff;
  for (let at = 0; at < data.length; at += 1) crc = table[(crc ^ data[at]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
};

/** A checksum of data that hold checksums is a poor one: so it is turned by 15 bits, and a number is added. */
const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc >>> 0;
});
