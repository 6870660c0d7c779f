import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyBands, spectrogramShape, spectrograms } from '../../../../../src/learn/data/ingest/sounds/spectrogram.ts';

// Golden values of TensorFlow's tf.signal: spectrogram.py writes them.

interface Golden {
  readonly shape: readonly [number, number];
  readonly frames: readonly (readonly number[])[];
}
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'spectrogram.json'), 'utf8')) as Record<'spectrogram' | 'mel', Golden>; // biome-ignore format: one line
const settings = { rate: 8000, window: 200, hop: 80 };
const samples = Float32Array.from(
  { length: 2000 },
  (_, t) => 0.5 * Math.sin((2 * Math.PI * (200 + 0.4 * t) * t) / 8000) + 0.25 * Math.cos((2 * Math.PI * 1700 * t) / 8000),
); // biome-ignore format: one formula

test.each([
  { name: 'spectrogram', bands: undefined, frames: [3, 22] },
  { name: 'mel', bands: 20, frames: [0, 6, 12, 18] },
] as const)('$name: as TensorFlow makes it', ({ name, bands, frames }) => {
  const own = spectrograms({ ...settings, bands })(samples);
  const [count, width] = spectrogramShape(samples.length, { ...settings, bands });
  expect([count, width]).toEqual(golden[name].shape);
  expect(own).toHaveLength(count * width);
  for (const [at, frame] of frames.entries())
    for (const [bin, value] of golden[name].frames[at]!.entries())
      expect(own[frame * width + bin], `frame ${frame}, bin ${bin}`).toBeCloseTo(value, 4);
});

test('counts the bands that gather nothing', () => {
  expect(emptyBands({ ...settings, bands: 20 })).toBe(0);
  expect(emptyBands({ ...settings, bands: 100 })).toBeGreaterThan(0);
  expect(emptyBands(settings)).toBe(0);
});
