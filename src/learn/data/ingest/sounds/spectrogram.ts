import FFT from 'fft.js';

/** What a spectrogram goes by, in samples. */
export interface SpectrogramSettings {
  /** Samples a second. */
  readonly rate: number;
  /** Samples that a frame looks at, at least 2. */
  readonly window: number;
  /** Samples from one frame to the next, at least 1. */
  readonly hop: number;
  /** Bands of the mel scale; absent: all frequencies by themselves. */
  readonly bands?: number | undefined;
}

/** The shape of a spectrogram: frames of so many bins. No frame goes beyond the samples, of which there have to be enough for one. */
export const spectrogramShape = (samples: number, { window, hop, bands }: SpectrogramSettings): [number, number] => [
  1 + Math.floor((samples - window) / hop),
  bands ?? fftSizeOf(window) / 2 + 1,
];

/** The next power of two, at least 2. */
const fftSizeOf = (window: number): number => 2 ** Math.max(1, Math.ceil(Math.log2(window)));

/**
 * Makes spectrograms of sounds: the natural logarithm of 10⁻⁶ and the magnitude of the short-time Fourier transform under
 * Hann's window, frame by frame [frames, bins], or of what triangles on the mel scale, from 0 to half the rate, gather of it.
 *
 * @see S. Davis and P. Mermelstein: Comparison of Parametric Representations for Monosyllabic Word Recognition, IEEE ASSP 28
 * (1980). Frames, window and triangles are those of TensorFlow's tf.signal.
 */
export const spectrograms = (settings: SpectrogramSettings): ((samples: Float32Array) => Float32Array) => {
  const { rate, window, hop, bands } = settings;
  const size = fftSizeOf(window);
  const fft = new FFT(size);
  const weights = Float64Array.from({ length: window }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / window));
  const triangles = bands === undefined ? undefined : melTriangles({ bands, bins: size / 2 + 1, rate });
  const [frame, spectrum] = [new Array<number>(size).fill(0), fft.createComplexArray()];
  const magnitudes = new Float64Array(size / 2 + 1);
  return (samples) => {
    const [frames, width] = spectrogramShape(samples.length, settings);
    const out = new Float32Array(frames * width);
    for (let at = 0; at < frames; at += 1) {
      for (let step = 0; step < window; step += 1) frame[step] = samples[at * hop + step]! * weights[step]!;
      fft.realTransform(spectrum, frame);
      for (let bin = 0; bin < magnitudes.length; bin += 1)
        magnitudes[bin] = Math.hypot(spectrum[2 * bin]!, spectrum[2 * bin + 1]!);
      const row = triangles === undefined ? magnitudes : triangles.map((triangle) => gather(magnitudes, triangle));
      for (let bin = 0; bin < width; bin += 1) out[at * width + bin] = Math.log(row[bin]! + 1e-6);
    }
    return out;
  };
};

/** How many bands gather nothing: their triangles lie between two frequencies that a window tells apart. */
export const emptyBands = ({ rate, window, bands }: SpectrogramSettings): number =>
  bands === undefined
    ? 0
    : melTriangles({ bands, bins: fftSizeOf(window) / 2 + 1, rate }).filter(({ weights }) => weights.length === 0)
        .length;

interface Triangle {
  readonly from: number;
  readonly weights: Float64Array;
}

const gather = (magnitudes: Float64Array, { from, weights }: Triangle): number =>
  weights.reduce((sum, weight, at) => sum + weight * magnitudes[from + at]!, 0);

const melOf = (hertz: number): number => 1127 * Math.log(1 + hertz / 700);

/** What each band gathers: a triangle between the middles of its neighbours, on the mel scale; of 0 Hz, none gathers any. */
const melTriangles = ({ bands, bins, rate }: { readonly bands: number; readonly bins: number; readonly rate: number }): Triangle[] => {
  const step = melOf(rate / 2) / (bands + 1);
  const mels = Float64Array.from({ length: bins }, (_, bin) => melOf((bin * rate) / 2 / (bins - 1)));
  return Array.from({ length: bands }, (_, band): Triangle => {
    const all = mels.map((mel, bin) => (bin === 0 ? 0 : Math.max(0, Math.min(mel / step - band, band + 2 - mel / step))));
    const from = all.findIndex((weight) => weight > 0);
    if (from === -1) return { from: 0, weights: new Float64Array() };
    return { from, weights: all.slice(from, all.findLastIndex((weight) => weight > 0) + 1) };
  });
}; // biome-ignore format: one signature
