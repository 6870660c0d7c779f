import { readFile } from 'node:fs/promises';
import type { RawSounds, RawTensor } from '../../types/generated/dataset.ts';
import type { SourceFile } from '../data/ingest/format.ts';
import { decodeSound } from '../data/ingest/sounds/decode.ts';
import { makerOf } from '../data/ingest/sounds/examples.ts';
import type { RawSource } from './raw-rows.ts';
import { type TensorCell, tensorPart } from './tensor-rows.ts';

/** A sound's file as ingest would have it. */
export const soundCell = (bytes: Buffer, sounds: RawSounds): TensorCell => {
  const { rate, samples, fits } = sounds;
  const sound = decodeSound(bytes);
  if ('why' in sound) return { found: null, what: `cannot be decoded: ${sound.why}`, expected: 'a WAV file' };
  if (sound.rate !== rate)
    return {
      ...{ found: String(sound.rate), expected: `a sound of ${rate} samples a second` },
      what: 'has another rate than the model takes, and nothing converts it',
    };
  if (!fits && sound.samples.length !== samples)
    return {
      ...{ found: String(sound.samples.length), expected: `a sound of ${samples} samples` },
      what: 'has another length than the model takes, and nothing cuts or fills it',
    };
  return makerOf(sounds)(sound);
};

/** Files of sounds as rows, one each. */
export const soundRows = (files: readonly SourceFile[], column: RawTensor, sounds: RawSounds): RawSource => ({
  name: 'sounds',
  fileOf: (row) => (files[row - 1] as SourceFile).name,
  notices: [],
  async *parts() {
    for (let from = 0; from < files.length; from += soundsAtOnce) {
      const some = files.slice(from, from + soundsAtOnce);
      const cells = await Promise.all(some.map(async ({ path }) => soundCell(await readFile(path), sounds)));
      yield tensorPart(cells, column, from + 1);
    }
  },
});

const soundsAtOnce = 256;
