import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listed } from '../data/words.ts';
import { StageError } from '../error.ts';
import { weightsOfHdf5, weightsOfKeras } from './keras-file.ts';
import { type ContentOf, weightsOfLayersModel } from './layers-model.ts';
import { weightsOfIndex, weightsOfSafetensors } from './safetensors-file.ts';
import type { Weights } from './weights.ts';

export interface ReadOptions {
  /** Which file of a folder, relative to it; needed where it has several. */
  readonly file?: string | undefined;
  /** What the digest has to be: 64 hexadecimal digits. */
  readonly sha256?: string | undefined;
}

export interface ReadWeights extends Weights {
  /** Name of the file, without the path that leads to it. */
  readonly file: string;
  /**
   * The file's sha256. Where the weights lie in several files, the sha256 of what `sha256sum` prints of them, sorted by
   * their names.
   */
  readonly sha256: string;
}

/**
 * Reads weights from a layers model of TensorFlow.js (a folder), Keras's HDF5 or `.keras`, or safetensors (one file, or an
 * index of several). What a file is, its first bytes tell.
 *
 * @param path of a file, or of a folder that has one.
 * @throws StageError where there is none, it is damaged, or its digest is another.
 */
export const readWeights = async (path: string, { file, sha256 }: ReadOptions = {}): Promise<ReadWeights> => {
  const found = await fileOf(path, file);
  const digests = new Map<string, string>();
  const contentOf: ContentOf = async (name) => {
    const bytes = await readPart(found, name);
    digests.set(name, hexOf(bytes));
    return bytes;
  };
  const weights = await weightsOf(found.name, contentOf);
  const [only, ...others] = [...digests.values()];
  const digest = others.length === 0 ? only! : hexOf(Buffer.from(linesOf(digests)));
  if (sha256 === undefined || sha256.toLowerCase() === digest) return { ...weights, file: found.name, sha256: digest };
  throw new StageError(
    `${found.name} is not the file that is asked for: its sha256 is ${digest}, not ${sha256.toLowerCase()}`,
    'take the file that was meant, or correct pretrained.sha256',
  );
};

const hexOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const linesOf = (digests: ReadonlyMap<string, string>): string =>
  [...digests]
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, hex]) => `${hex}  ${name}\n`)
    .join('');

interface Found {
  readonly name: string;
  /** Where the file lies. */
  readonly folder: string;
}

const fileOf = async (path: string, file: string | undefined): Promise<Found> => {
  if (!statSync(path).isDirectory()) {
    if (file === undefined) return { name: baseOf(path), folder: dirname(path) };
    throw new StageError(`params.pretrained.file names "${file}", and dep pretrained is a file itself`, 'leave it out');
  }
  const name = file ?? (await onlyFileIn(path));
  if (name.split('/').includes('..') || !isFile(join(path, name))) {
    throw new StageError(`dep pretrained has no file "${name}"`, 'params.pretrained.file is relative to it');
  }
  return { name: baseOf(name), folder: dirname(join(path, name)) };
};

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const onlyFileIn = async (folder: string): Promise<string> => {
  const names = (await readdir(folder)).sort();
  const index = ['model.json', 'model.safetensors.index.json'].find((name) => names.includes(name));
  if (index !== undefined) return index;
  const candidates = names.filter((name) => /\.(keras|h5|hdf5|safetensors)$/.test(name));
  if (candidates.length === 1) return candidates[0]!;
  throw new StageError(
    candidates.length === 0
      ? 'dep pretrained is a folder without weights: it has neither model.json nor a .keras, .h5 or .safetensors'
      : `dep pretrained is a folder of several files of weights: ${listed(candidates)}`,
    'name one by params.pretrained.file',
  );
};

/** Weights lie beside what names them; what leads elsewhere is no part of the model. */
const readPart = async ({ folder, name: from }: Found, name: string): Promise<Buffer> => {
  const path = join(folder, name);
  if (!/^[^/\\]+$/.test(name) || name === '..' || !isFile(path)) {
    throw new StageError(`${from} names the file "${name}", and no such file lies beside it`);
  }
  // Node reads no more in one piece.
  const most = 2 ** 31 - 1;
  const { size } = statSync(path);
  if (size <= most) return readFile(path);
  throw new StageError(`${name} has ${size} bytes; weights are read from files below 2 GiB`, 'save it in parts');
};

const weightsOf = async (name: string, contentOf: ContentOf): Promise<Weights> => {
  if (name.endsWith('.safetensors.index.json')) return weightsOfIndex(name, contentOf);
  if (name.endsWith('.json')) return weightsOfLayersModel(name, contentOf);
  const bytes = await contentOf(name);
  if (bytes.toString('latin1', 0, 8) === '\x89HDF\r\n\x1a\n') return weightsOfHdf5(bytes, name);
  if (bytes.toString('latin1', 0, 4) === 'PK\x03\x04') return weightsOfKeras(bytes, name);
  if (name.endsWith('.safetensors')) return weightsOfSafetensors(bytes, name);
  throw new StageError(
    `${name} is no file of weights that is known: it begins neither as HDF5 nor as a zip, and is named neither ` +
      '.safetensors nor .json',
    'Keras saves .keras, .h5 and .weights.h5; PyTorch saves safetensors by safetensors.torch.save_file',
  );
};
