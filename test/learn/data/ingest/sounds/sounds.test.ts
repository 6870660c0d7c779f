import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listFiles } from '../../../../../src/fingerprint/list-files.ts';
import { decodeSound, type Sound } from '../../../../../src/learn/data/ingest/sounds/decode.ts';
import type { SoundsParams } from '../../../../../src/learn/data/ingest/sounds/params.ts';
import { ingestSounds } from '../../../../../src/learn/data/ingest/sounds/sounds.ts';
import { wavOf } from '../../../../rig/wav.ts';
import { makeFolder } from '../../../../stages/context.ts';
import { readRows } from '../../rows.ts';

const ramp = Float32Array.from({ length: 400 }, (_, at) => at / 400 - 0.5);

describe('a WAV file', () => {
  const samplesOf = (bytes: Buffer): Float32Array => (decodeSound(bytes) as Sound).samples;

  it.each([
    { bits: 8, floats: false, digits: 2 },
    { bits: 16, floats: false, digits: 4 },
    { bits: 24, floats: false, digits: 6 },
    { bits: 32, floats: false, digits: 7 },
    { bits: 32, floats: true, digits: 9 },
  ] as const)('of $bits bits, floats $floats, has its samples', ({ bits, floats, digits }) => {
    const found = decodeSound(wavOf({ channels: [ramp], rate: 11_025, bits, floats })) as Sound;
    expect(found.rate).toBe(11_025);
    expect(found.samples).toHaveLength(400);
    for (const [at, value] of found.samples.entries()) expect(value).toBeCloseTo(ramp[at]!, digits - 1);
  });

  it('of several channels becomes their mean', () => {
    const mixed = samplesOf(wavOf({ channels: [ramp, ramp.map((value) => -value)], floats: true, bits: 32 }));
    expect(Math.max(...mixed.map(Math.abs))).toBe(0);
  });

  it('that is broken is told, whatever is wrong with it', () => {
    const whole = wavOf({ channels: [ramp] });
    const cases = [
      [Buffer.alloc(0), 'the file is empty'],
      [Buffer.from('ID3 an MP3 file that is named so'), 'it is no WAV file, or ends within its header'],
      [whole.subarray(0, 40), 'it is no WAV file, or ends within its header'],
      [whole.subarray(0, 444), 'its header promises 400 bytes of samples more than there are'],
      [wavOf({ channels: [[]] }), 'it has no samples'],
      [wavOf({ channels: [[0, Number.NaN]], bits: 32, floats: true }), 'it has samples that are no numbers'],
    ] as const;
    for (const [bytes, why] of cases) expect(decodeSound(bytes)).toEqual({ why });
  });
});

describe('a folder of sounds', () => {
  let root: Awaited<ReturnType<typeof makeFolder>>;
  let count = 0;
  beforeAll(async () => {
    root = await makeFolder();
  });
  afterAll(() => root.remove());

  const defaults: SoundsParams = { features: 'mel', window: 0.02, hop: 0.01, bands: 8, layout: 'image', labels: 'folder', broken: 'fail' }; // biome-ignore format: one line

  const ingest = async (
    files: Readonly<Record<string, Buffer>>,
    params: Partial<SoundsParams> = {},
    more: { subset?: number; target?: string } = {},
  ) => {
    const folder = join(root.path, `sounds${count++}`);
    for (const [path, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const out = `${folder}-out`;
    const source = { folder, out, files: listFiles(folder).map((path) => ({ path, hex: '' })), ...more };
    const ingested = await ingestSounds(source, { ...defaults, ...params }, { progress: () => undefined });
    return { ...ingested, rows: await readRows(out) };
  };

  const tone = (hertz: number, length = 1600): Buffer =>
    wavOf({ channels: [Float32Array.from({ length }, (_, at) => 0.5 * Math.sin((2 * Math.PI * hertz * at) / 8000))] });

  it('becomes spectrograms with the labels of their folders', async () => {
    const { manifest, rows, origins, summaries, notices } = await ingest(
      { 'high/a.wav': tone(2000), 'low/a.wav': tone(300), 'low/b.WAV': tone(310) },
      {},
      { target: 'pitch' },
    );
    expect(manifest).toMatchObject({ rows: 3, target: 'pitch' });
    expect(manifest.columns).toEqual([
      { name: 'sound', kind: 'tensor', dtype: 'float32', shape: [19, 8, 1] },
      { name: 'pitch', kind: 'category', dtype: 'string', categories: ['high', 'low'] },
    ]);
    expect(manifest.raw?.sounds).toEqual({ rate: 8000, samples: 1600, fits: false, window: 160, hop: 80, bands: 8 });
    expect(notices).toEqual([]);
    expect(origins.map(({ file }) => file)).toEqual(['high/a.wav', 'low/a.wav', 'low/b.WAV']);
    expect(summaries[1]).toMatchObject({ categories: [{ label: 'high', rows: 1 }, { label: 'low', rows: 2 }] }); // biome-ignore format: one line
    // The loudest band of each is where its tone lies.
    const { values } = rows.columns.get('sound') as { values: Float32Array };
    const loudest = [0, 1].map((row) => {
      const frame = [...values.subarray(row * 152 + 80, row * 152 + 88)];
      return frame.indexOf(Math.max(...frame));
    });
    expect(loudest[0]).toBeGreaterThan(loudest[1]!);
  });

  it('has the shapes that are asked for', async () => {
    const files = { 'a/1.wav': tone(500), 'b/1.wav': tone(900) };
    const shapeOf = async (params: Partial<SoundsParams>) => {
      const [sound] = (await ingest(files, params)).manifest.columns;
      return (sound as { shape: number[] }).shape;
    };
    expect(await shapeOf({ layout: 'series' })).toEqual([19, 8]);
    expect(await shapeOf({ features: 'spectrogram' })).toEqual([19, 129, 1]);
    expect(await shapeOf({ features: 'samples' })).toEqual([1600, 1]);
    expect(await shapeOf({ features: 'samples', seconds: 0.1, layout: 'series' })).toEqual([800, 1]);
  });

  it('is cut or filled with silence to the seconds asked for, and what was cut is told', async () => {
    const { rows, manifest, notices } = await ingest(
      { 'a/1.wav': tone(500, 800), 'a/2.wav': tone(500, 2400) },
      { features: 'samples', seconds: 0.2 },
    );
    const { values } = rows.columns.get('sound') as { values: Float32Array };
    expect(values).toHaveLength(2 * 1600);
    expect(values.subarray(800, 1600).every((value) => value === 0)).toBe(true);
    expect(notices).toEqual(['1 sound longer than params.sounds.seconds, as a/2.wav: cut at the end']);
    expect(manifest.raw?.sounds).toEqual({ rate: 8000, samples: 1600, fits: true });
  });

  it('has its own splits where it holds nothing but train and test, and a subset has rows of each', async () => {
    const files = Object.fromEntries(
      ['train', 'test'].flatMap((split) =>
        ['a', 'b'].map((kind, at) => [`${split}/${kind}/1.wav`, tone(300 + 500 * at + (split === 'test' ? 7 : 0))]),
      ),
    );
    expect((await ingest(files)).rows.official).toEqual(['test', 'test', 'train', 'train']);
    expect((await ingest(files, {}, { subset: 1 })).rows.official).toEqual(['test', 'train']);
    expect((await ingest(files, { labels: 'none' })).manifest.target).toBeNull();
  });

  it('is refused with all that is wrong', async () => {
    const whole = { 'a/1.wav': tone(500), 'a/2.wav': tone(600), 'b/1.wav': tone(700) };
    const cut = { ...whole, 'b/2.wav': tone(800).subarray(0, 1000), 'b/3.wav': Buffer.alloc(0) };
    await expect(ingest(cut)).rejects.toThrow(/2 files cannot be decoded\n {2}b\/2\.wav: its header promises 2244 bytes.*\n {2}b\/3\.wav: the file is empty/); // biome-ignore format: one line
    const left = await ingest(cut, { broken: 'drop' });
    expect(left.manifest.rows).toBe(3);
    expect(left.notices.join()).toContain('left out 2 files that cannot be decoded');
    await expect(ingest({ ...whole, 'b/2.wav': tone(800, 900) })).rejects.toThrow(
      /2 different lengths in samples\n {2}1600: 3 sounds, as a\/1\.wav\n {2}900: 1 sound, as b\/2\.wav/,
    );
    const faster = wavOf({ channels: [ramp], rate: 44_100 });
    await expect(ingest({ ...whole, 'b/2.wav': faster })).rejects.toThrow(/2 different samples a second/);
    await expect(ingest({ 'a.wav': tone(500) })).rejects.toThrow(/1 file in no folder of a class/);
    await expect(ingest({ 'a/readme.txt': Buffer.from('no sound') })).rejects.toThrow(/has no sounds: known is \.wav/);
    await expect(ingest(whole, { bands: 200 })).rejects.toThrow(/bands is 200, and \d+ of them are narrower/);
    await expect(ingest(whole, { window: 0.5 })).rejects.toThrow(/the sounds last 0\.2 s, and params\.sounds\.window is 0\.5 s/); // biome-ignore format: one line
    await expect(ingest(whole, { hop: 0.00001 })).rejects.toThrow(/hop is less than 1 samples at 8000/);
  });
});
