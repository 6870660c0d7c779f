import decodeWav from '@audio/decode-wav';

/** A decoded sound: the mean of its channels. */
export interface Sound {
  /** Samples a second. */
  readonly rate: number;
  /** From -1 to 1. */
  readonly samples: Float32Array;
}

/** Why a file is no sound that can be used, in a few words. */
export interface Broken {
  readonly why: string;
}

/**
 * Decodes a WAV file: PCM of 8 to 32 bits, floats, A-law, µ-law, ADPCM. A file that ends before its samples do is broken:
 * what would be heard of it is not what was recorded.
 */
export const decodeSound = (bytes: Buffer): Sound | Broken => {
  if (bytes.length === 0) return { why: 'the file is empty' };
  try {
    const missing = missingBytes(bytes);
    if (missing === undefined) return { why: 'it is no WAV file, or ends within its header' };
    if (missing > 0) return { why: `its header promises ${missing} bytes of samples more than there are` };
    const { channelData: channels, sampleRate: rate } = decodeWav(bytes);
    const samples = mixed(channels);
    if (samples.length === 0 || !(rate > 0)) return { why: 'it has no samples' };
    return samples.every(Number.isFinite) ? { rate, samples } : { why: 'it has samples that are no numbers' };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
};

const mixed = (channels: readonly Float32Array[]): Float32Array => {
  const [first = new Float32Array(), ...others] = channels;
  if (others.length === 0) return first;
  return first.map((value, at) => others.reduce((sum, channel) => sum + channel[at]!, value) / channels.length);
};

/**
 * By how many bytes the chunk of samples is longer than what the file has of it; undefined where there is no such chunk. 0
 * and 0xffffffff in a header mean that its writer did not know.
 *
 * @see Microsoft and IBM: Multimedia Programming Interface and Data Specifications 1.0 (1991), chapter 2: RIFF.
 */
const missingBytes = (bytes: Buffer): number | undefined => {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF') return undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32LE(at + 4);
    if (bytes.toString('latin1', at, at + 4) === 'data') {
      return size === 0xffffffff ? 0 : Math.max(0, at + 8 + size - bytes.length);
    }
    at += 8 + size;
  }
  return undefined;
};
