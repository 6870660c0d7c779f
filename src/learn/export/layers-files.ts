import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import { bytesFor, rounded, stored } from './encoding.ts';
import type { Encoding } from './graph/graph.ts';
import type { Quantization } from './quantize.ts';

/**
 * Writes a layers model into a new folder, with all that stands beside it: as it is, or with its weights in fewer bytes, which
 * TensorFlow.js reads by what the manifest says of them. See quantize.ts for which weights.
 *
 * @param from a model's folder that was read already, and so is one.
 */
export const writeLayers = async (from: string, to: string, quantization: Quantization | undefined): Promise<void> => {
  await mkdir(to, { recursive: true });
  const names = (await readdir(from)).filter((name) => quantization === undefined || !rewritten.includes(name)).sort();
  for (const name of names) await copyFile(join(from, name), join(to, name));
  if (quantization === undefined) return;
  const model = JSON.parse(await readFile(join(from, 'model.json'), 'utf8')) as ModelJson;
  const weights = await readFile(join(from, 'weights.bin'));
  const { parts, manifest } = encoded(model.weightsManifest, weights, quantization);
  await writeFile(join(to, 'weights.bin'), Buffer.concat(parts));
  await writeFile(join(to, 'model.json'), `${JSON.stringify({ ...model, weightsManifest: manifest }, null, 2)}\n`);
};

const rewritten: readonly string[] = ['model.json', 'weights.bin'];

type Manifest = readonly { readonly paths: readonly string[]; readonly weights: readonly io.WeightsManifestEntry[] }[];

interface ModelJson {
  readonly weightsManifest: Manifest;
}

const encoded = (
  manifest: Manifest,
  weights: Buffer,
  quantization: Quantization,
): { readonly parts: readonly Uint8Array[]; readonly manifest: Manifest } => {
  let at = 0;
  const parts: Uint8Array[] = [];
  const entryOf = (entry: io.WeightsManifestEntry): io.WeightsManifestEntry => {
    const length = entry.shape.reduce((all, size) => all * size, 1) * 4;
    const values = new Float32Array(new Uint8Array(weights.subarray(at, at + length)).buffer);
    at += length;
    const encoding = encodingOf(entry, values, quantization);
    const kept = encoding === undefined ? values : stored(rounded(values, encoding), encoding);
    parts.push(new Uint8Array(kept.buffer, kept.byteOffset, kept.byteLength));
    return encoding === undefined ? entry : { ...entry, quantization: toldOf(encoding) };
  };
  const groups = manifest.map((group) => ({ ...group, weights: group.weights.map(entryOf) }));
  return { parts, manifest: groups };
};

/** The same as quantize.ts: kernels alone become bytes. */
const encodingOf = (
  { shape }: io.WeightsManifestEntry,
  values: Float32Array,
  quantization: Quantization,
): Encoding | undefined => {
  if (quantization === 'float16') return { kind: 'float16' };
  return shape.length < 2 ? undefined : bytesFor(values);
};

/** As TensorFlow.js reads it: stored × scale + min. */
const toldOf = (encoding: Encoding): NonNullable<io.WeightsManifestEntry['quantization']> =>
  encoding.kind === 'float16'
    ? { dtype: 'float16' }
    : { dtype: 'uint8', scale: encoding.scale, min: -encoding.zero * encoding.scale };
