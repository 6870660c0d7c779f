/** What a WAV file is made of. */
export interface Wav {
  /** Of each channel, from -1 to 1; all of one length. */
  readonly channels: readonly ArrayLike<number>[];
  readonly rate?: number;
  /** Bits a sample: integers, or floats of 32. */
  readonly bits?: 8 | 16 | 24 | 32;
  readonly floats?: boolean;
}

/**
 * The bytes of a WAV file.
 *
 * @see Microsoft and IBM: Multimedia Programming Interface and Data Specifications 1.0 (1991), chapter 3: WAVE.
 */
export const wavOf = ({ channels, rate = 8000, bits = 16, floats = false }: Wav): Buffer => {
  const [count, width] = [channels[0]!.length, bits / 8];
  const block = channels.length * width;
  const file = Buffer.alloc(44 + count * block);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(floats ? 3 : 1, 20);
  file.writeUInt16LE(channels.length, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * block, 28);
  file.writeUInt16LE(block, 32);
  file.writeUInt16LE(bits, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(count * block, 40);
  for (let at = 0; at < count; at += 1)
    for (const [channel, samples] of channels.entries()) {
      const place = 44 + at * block + channel * width;
      if (floats) file.writeFloatLE(samples[at]!, place);
      else if (bits === 8) file.writeUInt8(Math.round(samples[at]! * 127) + 128, place);
      else file.writeIntLE(Math.round(samples[at]! * (2 ** (bits - 1) - 1)), place, width);
    }
  return file;
};
