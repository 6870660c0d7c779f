import { join } from 'node:path';
import type { BackendChoice, SourceFile, StageContext } from '../../types/stage.ts';
import { type DatasetManifest, type DatasetShard, headerOf, openDataset, readShard } from '../data/dataset.ts';
import { examplesOf } from '../data/examples.ts';
import { mapShards } from '../data/map-shards.ts';
import { readSafetensors, type Tensor, writeSafetensors } from '../data/safetensors.ts';
import { StageError } from '../error.ts';
import { outputsOf } from '../models/predict.ts';
import type { Prefix } from './prefix.ts';

/** How a split is embedded. */
export interface Embedding {
  readonly prefix: Prefix;
  readonly backend: BackendChoice;
  /** Examples that are computed together. */
  readonly batchSize: number;
  readonly memo: StageContext['memo'];
  /** The files of the data set, with their digests. */
  readonly files: readonly SourceFile[];
  /** Told after each shard: rows read so far. */
  readonly progress: (rows: number) => void;
}

export interface Embedded {
  readonly manifest: DatasetManifest;
  /** Shards that were computed; all others were kept from before. */
  readonly computed: number;
}

/**
 * Makes a data set of another: its features become one tensor, what the layers make of them, and all else stays. A shard is
 * a kept piece of work, so that one row more computes one shard.
 *
 * @throws StageError where the rows are augmented anew in each epoch, or are not what the layers take.
 */
export const embed = async (folder: string, out: string, embedding: Embedding): Promise<Embedded> => {
  const dataset = await openDataset(folder);
  const { manifest } = dataset;
  refuseAugmented(manifest);
  const { column, shape } = embedding.prefix.card;
  const target = manifest.columns.filter(({ name }) => name === manifest.target);
  let computed = 0;
  const tensorsOf = async (shard: DatasetShard): Promise<ReadonlyMap<string, Tensor>> => {
    const piece = await embedding.memo(keyOf(manifest, shard, embedding), async (into) => {
      computed += 1;
      await writeSafetensors(join(into, pieceFile), new Map([[column, await compute(folder, shard, embedding)]]));
    });
    return readSafetensors(join(piece, pieceFile));
  };
  const header = {
    ...headerOf(manifest),
    // Of raw rows the layers make these, and they are no part of a data set.
    raw: undefined,
    columns: [{ name: column, kind: 'tensor' as const, dtype: 'float32' as const, shape: [...shape] }, ...target],
  };
  const embedded = await mapShards(dataset, {
    ...{ out, header, tensorsOf, queryOf: () => ({}), progress: embedding.progress },
  });
  return { manifest: embedded, computed };

  async function compute(from: string, shard: DatasetShard, { prefix, batchSize }: Embedding): Promise<Tensor> {
    const examples = examplesOf({ ...manifest, rows: shard.rows }, [await readShard(from, manifest, shard)]);
    refuseOthers(prefix, examples);
    const data = await outputsOf(prefix.network, examples, { batchSize });
    return { shape: [shard.rows, ...prefix.card.shape], data };
  }
};

const pieceFile = 'embedding.safetensors';

const refuseAugmented = ({ augment }: DatasetManifest): void => {
  if (augment === undefined) return;
  throw new StageError(
    'dep train has an augmentation policy: its rows are drawn anew in each epoch, and what the layers make of them cannot be computed once',
    'with "copies" augment writes altered rows down, which are embedded like others; or leave embed out, and let train freeze the layers by "phases"',
  );
};

const refuseOthers = ({ card }: Prefix, { featureShape, featureNames }: ReturnType<typeof examplesOf>): void => {
  const [wanted, found] = [card.features, { shape: featureShape, names: featureNames }].map((each) =>
    JSON.stringify(each),
  );
  if (wanted === found) return;
  throw new StageError(
    `the splits do not fit: features ${wanted} in train, ${found} in another split`,
    'take all of them from the same stage',
  );
};

/** All that decides what becomes of a shard's rows: those themselves, how they are read, the layers, and the backend. */
const keyOf = (
  { columns, target }: DatasetManifest,
  shard: DatasetShard,
  { prefix, backend, batchSize, files }: Embedding,
): Parameters<StageContext['memo']>[0] => {
  const hexOf = (path: string): string => {
    const file = files.find((each) => each.path === path);
    if (file === undefined) throw new RangeError(`embed: ${path} is not among the files`);
    return file.hex;
  };
  const features = columns.filter(({ name }) => name !== target);
  const inTensors = features.every(({ kind }) => kind === 'tensor') && shard.tensors !== undefined;
  const { name, version, device, threads } = backend;
  return {
    ...{ rows: hexOf(inTensors ? shard.tensors! : shard.table), features: JSON.stringify(features) },
    ...{ layers: prefix.card.column, weights: prefix.card.pretrained.sha256, batch_size: batchSize },
    backend: { name, version, device, threads },
  };
};
