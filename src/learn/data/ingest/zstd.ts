import { decompress } from 'fzstd';

/**
 * Unpacks frames of Zstandard, as Arrow and Feather files have them. Node has this itself from version 22.15 on.
 *
 * @throws RangeError where a frame is cut off, damaged, or needs a dictionary. A checksum behind it is not looked at.
 * @see RFC 8878 (the format)
 */
export const unpackZstd = (bytes: Uint8Array): Uint8Array => {
  try {
    // A copy: what comes back may begin anywhere in memory, and numbers of 64 bits cannot.
    return decompress(bytes).slice();
  } catch (error) {
    throw new RangeError(`zstd: ${error instanceof Error ? error.message : String(error)}`);
  }
};
