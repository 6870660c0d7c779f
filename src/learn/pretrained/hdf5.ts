import type { Dataset, File, Group } from 'h5wasm';
import type { Tensor } from '../data/safetensors.ts';
import { StageError } from '../error.ts';
import { fromHalf } from './halves.ts';
import { mostUnpacked } from './limits.ts';
import { sizeOf } from './weights.ts';

/** What an HDF5 file has, as far as weights go. */
export interface Hdf5 {
  /** Paths of all data sets, in the order of the file; links out of the file are passed over. */
  readonly datasets: readonly string[];
  /** Numbers as float32; null for a data set of whole numbers. */
  tensor(path: string): Tensor | null;
  /** A text, or a list of texts; undefined where there is none. */
  attribute(path: string, name: string): string | readonly string[] | undefined;
}

/**
 * Opens an HDF5 file, in a file system in memory that has nothing else in it: what the file links to outside itself is
 * out of its reach.
 *
 * @param name how the file is called where it is wrong.
 * @throws StageError where it is damaged, or holds what no weights are.
 */
export const readHdf5 = async <Result>(bytes: Buffer, name: string, use: (file: Hdf5) => Result): Promise<Result> => {
  // Some 4 MB of WebAssembly, which takes longer to compile than most models to build.
  const { File: Hdf5File, ready } = await import('h5wasm');
  const library = await ready;
  const { FS } = library;
  // Else it tells people of what it finds, on stderr.
  library.activate_throwing_error_handler();
  FS.writeFile(path, bytes);
  try {
    const file = new Hdf5File(path, 'r');
    try {
      return use(viewOf(file, { bytes: bytes.length, library }));
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof StageError) throw error;
    throw new StageError(`${name} is no whole HDF5 file: ${causeOf(error)}`);
  } finally {
    FS.unlink(path);
  }
};

const path = '/weights.h5';

type Library = Awaited<typeof import('h5wasm')['ready']>;

interface Given {
  /** Size of the file. */
  readonly bytes: number;
  readonly library: Library;
}

const viewOf = (file: File, given: Given): Hdf5 => {
  const found = walk(file);
  return {
    datasets: [...found.keys()],
    tensor: (at) => tensorOf(found.get(at), at, given),
    attribute: (at, name) => textsOf(at === '' ? file : file.get(at), name),
  };
};

/** Nobody nests layers so deeply, or has so many; a file that links to itself does. */
const deepest = 32;
const mostObjects = 200_000;

const walk = (file: File): ReadonlyMap<string, Dataset> => {
  const found = new Map<string, Dataset>();
  let objects = 0;
  const visit = (group: Group, prefix: string, depth: number): void => {
    for (const key of group.keys()) {
      objects += 1;
      if (depth > deepest || objects > mostObjects) throw new Error('its groups never end');
      const entity = group.get(key) as { readonly type: string } | null;
      if (entity?.type === 'Dataset') found.set(`${prefix}${key}`, entity as Dataset);
      if (entity?.type === 'Group') visit(entity as Group, `${prefix}${key}/`, depth + 1);
    }
  };
  visit(file, '', 0);
  return found;
};

/** Classes of types, as HDF5 numbers them. */
const wholeNumber = 0;
const float = 1;

const tensorOf = (dataset: Dataset | undefined, at: string, { bytes, library }: Given): Tensor | null => {
  if (dataset === undefined) throw new Error(`it has no data set "${at}"`);
  const { type, size, chunks, littleEndian, virtual_sources: outside } = dataset.metadata;
  if (type === wholeNumber) return null;
  const convert = floats.get(size);
  if (type !== float || convert === undefined || outside !== undefined) {
    throw new Error(`data set "${at}" is not made of numbers`);
  }
  const shape = dataset.shape ?? [];
  // What is not cut into chunks lies in the file as it is.
  if (!(sizeOf(shape) * size <= (chunks === null ? bytes : mostUnpacked(bytes)))) {
    throw new Error(`data set "${at}" claims ${shape.join(' × ')} elements of ${size} bytes, of a file of ${bytes}`);
  }
  const stored = storedOf(dataset, sizeOf(shape) * size, library);
  return { shape, data: convert(littleEndian ? stored : swapped(stored, size)) };
};

/** The library's own way to numbers knows no half precision in Node 20. */
const storedOf = ({ file_id: file, path: at }: Dataset, length: number, library: Library): Uint8Array<ArrayBuffer> => {
  const pointer = library._malloc(Math.max(length, 1));
  if (pointer === 0) throw new Error(`data set "${at}" is too large`);
  try {
    const status = library.get_dataset_data(file, at, null, null, null, BigInt(pointer));
    if (status < 0) throw new Error(`data set "${at}" cannot be read`);
    return library.HEAPU8.slice(pointer, pointer + length) as Uint8Array<ArrayBuffer>;
  } finally {
    library._free(pointer);
  }
};

/** By their size in bytes. */
const floats: ReadonlyMap<number, (stored: Uint8Array<ArrayBuffer>) => Float32Array> = new Map([
  [2, ({ buffer }) => fromHalf(new Uint16Array(buffer))],
  [4, ({ buffer }) => new Float32Array(buffer)],
  [8, ({ buffer }) => Float32Array.from(new Float64Array(buffer))],
]);

const swapped = (stored: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> => {
  for (let from = 0; from < stored.length; from += size) stored.subarray(from, from + size).reverse();
  return stored;
};

const textsOf = (entity: object | null, name: string): string | readonly string[] | undefined => {
  const { attrs } = Object(entity) as { readonly attrs?: Readonly<Record<string, { readonly value: unknown }>> };
  const value = attrs?.[name]?.value;
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((text) => typeof text === 'string') ? value : undefined;
};

/** The library tells a whole stack of causes; the deepest one is what happened. */
const causeOf = (error: unknown): string => {
  const message = String((error as Error)?.message ?? error);
  const causes = [...message.matchAll(/#\d+: .*?\(\): (.*)/g)];
  return causes.at(-1)?.[1] ?? message.split('\n')[0]!;
};
