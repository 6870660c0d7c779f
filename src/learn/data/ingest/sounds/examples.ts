import type { RawSounds } from '../../../../types/generated/dataset.ts';
import { StageError } from '../../../error.ts';
import type { Sound } from './decode.ts';
import type { SoundsParams } from './params.ts';
import { emptyBands, spectrogramShape, spectrograms } from './spectrogram.ts';

/** How sounds become examples. */
export interface Example {
  /** Of the tensor: [frames, bins] or [samples], with 1 behind it where the layout is "image". */
  readonly shape: readonly number[];
  /** What is needed to make one more. */
  readonly raw: RawSounds;
}

/**
 * @param rate samples a second of all sounds.
 * @param samples how many each is made of.
 * @throws StageError where no spectrogram can be made so.
 */
export const exampleOf = (rate: number, samples: number, params: SoundsParams): Example => {
  const { features, layout } = params;
  const fits = params.seconds !== undefined;
  const raw: RawSounds = { rate, samples, fits, ...(features === 'samples' ? {} : framesOf(rate, params)) };
  if (raw.window !== undefined) refuseFrames(raw, params);
  const plain = raw.window === undefined ? [samples] : spectrogramShape(samples, settingsOf(raw));
  return { shape: layout === 'image' || features === 'samples' ? [...plain, 1] : plain, raw };
};

const framesOf = (rate: number, { features, window, hop, bands }: SoundsParams): Partial<RawSounds> => ({
  window: Math.round(window * rate),
  hop: Math.round(hop * rate),
  ...(features === 'mel' && { bands }),
});

const settingsOf = ({ rate, window = 2, hop = 1, bands }: RawSounds) => ({ rate, window, hop, bands });

const refuseFrames = (raw: RawSounds, params: SoundsParams): void => {
  const { rate, samples, window = 0, hop = 0 } = raw;
  const at = `at ${rate} samples a second`;
  if (window < 2 || hop < 1) {
    const [name, least] = window < 2 ? ['window', 2] : ['hop', 1];
    throw new StageError(`params.sounds.${name} is less than ${least} samples ${at}`, 'make it longer');
  }
  if (samples < window) {
    const seconds = (count: number) => `${Number((count / rate).toPrecision(3))} s`;
    throw new StageError(
      `the sounds last ${seconds(samples)}, and params.sounds.window is ${seconds(window)}: there is no frame`,
      'make the window shorter, or ask for more seconds',
    );
  }
  const empty = emptyBands(settingsOf(raw));
  if (empty === 0) return;
  throw new StageError(
    `params.sounds.bands is ${params.bands}, and ${empty} of them are narrower than what a window of ${window} samples tells apart`,
    'ask for fewer bands, or a longer window',
  );
};

/** Makes examples of sounds: cut or filled with silence to their length, and looked at in frames where that is asked for. */
export const makerOf = (raw: RawSounds): ((sound: Sound) => Float32Array) => {
  const { samples, window } = raw;
  const look = window === undefined ? (values: Float32Array) => values : spectrograms(settingsOf(raw));
  return (sound) => {
    const values = new Float32Array(samples);
    values.set(sound.samples.subarray(0, samples));
    return look(values);
  };
};
