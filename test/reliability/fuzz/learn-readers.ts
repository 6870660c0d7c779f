import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import sharp from 'sharp';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { readSynonyms } from '../../../src/learn/data/augment/augment.ts';
import { headerOf, loadExamples, openDataset } from '../../../src/learn/data/dataset.ts';
import { findRow } from '../../../src/learn/data/find-row/find-row.ts';
import { readFitted, writeFitted } from '../../../src/learn/data/fitted/artifact.ts';
import { readIdx } from '../../../src/learn/data/idx.ts';
import { decode } from '../../../src/learn/data/ingest/images/decode.ts';
import { coloursOf } from '../../../src/learn/data/ingest/images/header.ts';
import type { ImagesParams } from '../../../src/learn/data/ingest/images/params.ts';
import { ingest } from '../../../src/learn/data/ingest/ingest.ts';
import type { IngestParams } from '../../../src/learn/data/ingest/params.ts';
import { readDataSchema } from '../../../src/learn/data/ingest/schema-file.ts';
import type { Rows } from '../../../src/learn/data/rows.ts';
import { copyShards } from '../../../src/learn/data/shards.ts';
import { writeTable } from '../../../src/learn/data/table.ts';
import { courseOf } from '../../../src/learn/diagnosis/course.ts';
import { readJudgedHistory } from '../../../src/learn/diagnosis/read-history.ts';
import { evaluateClasses } from '../../../src/learn/evaluation/evaluate.ts';
import { loadModel, saveModel } from '../../../src/learn/models/files.ts';
import { buildNetwork } from '../../../src/learn/models/presets.ts';
import { readModelSummary } from '../../../src/learn/models/summary.ts';
import { readCheckpoint, saveCheckpoint } from '../../../src/learn/training/checkpoint.ts';
import type { Json, JsonObject } from '../../../src/types/json.ts';
import { run as ingestStage } from '../../../stages/ingest/run.ts';
import { run as report } from '../../../stages/report/run.ts';
import { choices } from '../../learn/backends/on-backend.ts';
import { idxBytes } from '../../learn/data/idx-files.ts';
import { headerFor, writeDataset } from '../../learn/data/rows.ts';
import { modelParams } from '../../learn/training/defaults.ts';
import { runStage } from '../../stages/context.ts';
import { foreignReaders } from './foreign-readers.ts';
import { named, type Reader } from './reader.ts';

// What stages read: outs of other stages, which a user's own program may have written, and the user's data.

const stageError = named('StageError');

const rows: Rows = {
  ids: ['r0', 'r1', 'r2'],
  official: null,
  columns: new Map([
    ['image', { kind: 'tensor' as const, shape: [2, 2, 1], values: Uint8Array.from({ length: 12 }, (_, i) => i) }],
    ['digit', { kind: 'label' as const, values: ['0', '1', '0'] }],
  ]),
};

const datasetReader = (file: string, sources: readonly string[], runs: number): Reader => ({
  name: `${file} of a data set`,
  sources,
  prepare: async (folder) => {
    await writeDataset(join(folder, 'set'), rows, headerFor(rows, 'digit'));
    return `set/${file}`;
  },
  read: async (folder) => {
    rmSync(join(folder, 'copy'), { recursive: true, force: true });
    await loadExamples(join(folder, 'set')).catch((error: unknown) => {
      if (!stageError(error)) throw error;
    });
    const { manifest } = await openDataset(join(folder, 'set'));
    await copyShards({ folder: join(folder, 'set'), manifest }, join(folder, 'copy'), headerOf(manifest));
  },
  // A shard that the manifest names may not be there.
  tells: (error) => stageError(error) || 'syscall' in (error as object),
  runs,
});

const fittedReader: Reader = {
  name: 'what a stage has fitted',
  sources: ['src/learn/data/fitted/artifact.ts'],
  prepare: async (folder) => {
    const manifest = await openDataset(await writeDataset(join(folder, 'set'), rows, headerFor(rows, 'digit')));
    const step = { stage: 'outliers', rows: 3, action: 'flag', features: [] } as const;
    await writeFitted(join(folder, 'fitted.json'), { ...step, features: [] }, { before: undefined, ...manifest });
    return 'fitted.json';
  },
  read: async (folder) => void (await readFitted(join(folder, 'fitted.json'))),
  tells: stageError,
};

const modelReader = (file: string, sources: readonly string[]): Reader => ({
  name: `${file} of a model`,
  sources,
  prepare: async (folder) => {
    await startBackend(choices.wasm);
    const shape = { features: [2], outputs: 2 };
    const network = buildNetwork(modelParams({ preset: 'mlp', units: [2] }), shape, { seed: 1, step: 0 });
    const card = {
      format: 'stemma-model-v1' as const,
      features: { shape: [2], names: ['a', 'b'] },
      target: 'y',
      classes: ['0', '1'],
      output: 'logits' as const,
      parameters: network.countParams(),
    };
    await saveModel(join(folder, 'model'), { network, card });
    return `model/${file}`;
  },
  read: async (folder) => {
    // What the report reads, and what whoever predicts does.
    await readModelSummary(join(folder, 'model'));
    const { network } = await loadModel(join(folder, 'model'));
    network.dispose();
  },
  tells: stageError,
  runs: 40,
});

const checkpoint = {
  epochs: [{ epoch: 1, rate: 0.001, loss: 0.5 }],
  tensors: new Map([['weights/a', { shape: [2], data: Float32Array.of(1, 2) }]]),
};

const place = (folder: string) => ({ folder, plan: 'constant' });

const checkpointReader = (file: string): Reader => ({
  name: `${file} of a checkpoint`,
  sources: ['src/learn/training/checkpoint.ts'],
  prepare: async (folder) => {
    await saveCheckpoint(place(folder), checkpoint);
    const [name] = readdirSync(folder);
    const found = readdirSync(join(folder, name!)).find((each) => each.endsWith(file));
    return join(name!, found!);
  },
  read: async (folder) => {
    let damaged = false;
    const onDamage = (): void => {
      damaged = true;
    };
    const found = await readCheckpoint(place(folder), { upTo: 1, onDamage });
    if (found === undefined) return expectTold(damaged);
    if (found.epochs[0]?.loss !== 0.5) throw new Error('a damaged checkpoint was believed');
  },
  runs: 40,
});

const expectTold = (damaged: boolean): void => {
  if (!damaged) throw new Error('a checkpoint was passed over without a word');
};

const evaluation = evaluateClasses(Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.3, 0.7), {
  ids: ['a', 'b', 'c'],
  targetName: 'animal',
  target: Int32Array.of(0, 1, 0),
  classes: ['cat', 'dog'],
  metrics: ['accuracy', 'macro_f1'],
  wrong: 2,
  describe: () => ({ features: { x: 1 } }),
});
const history = {
  format: 'stemma-history-v1',
  epochs: [{ epoch: 1, rate: 0.001, loss: 0.5, accuracy: 0.8, val_loss: 0.4, val_accuracy: 0.85 }],
  best: { epoch: 1, monitor: 'val_loss', mode: 'min', value: 0.4 },
  kept: 1,
  stopped: 'early',
};
const preview = { format: 'stemma-preview-v1', kind: 'table', rows: [{ a: 1, b: 'x' }], caption: 'rows' };

const quantiles = { '1%': 1, '5%': 1, '25%': 1, '50%': 2, '75%': 3, '95%': 3, '99%': 3 };
const histogram = { from: 0.5, to: 3.5, counts: [1, 0, 2] };
const profile = {
  ...{ format: 'stemma-profile-v1', rows: 4, target: 'y', sample: { rows: 2, every: 2 } },
  columns: [
    {
      ...{ kind: 'number', name: 'a', missing: 1, distinct: 2, whole: true },
      values: { min: 1, max: 3, mean: 2.3, sd: 0.9, skewness: -0.7, quantiles, quantiles_every: 1, histogram },
      associations: [{ of: 'value', measure: 'correlation ratio', value: 0.5, rows: 3 }],
    },
    {
      ...{ kind: 'category', name: 'y', missing: 0, distinct: 1, labels: [{ label: 'x', rows: 4 }], rest: 0 },
      ...{ rarest: [{ label: 'x', rows: 4 }], unused: 0, associations: [] },
    },
  ],
  pairs: [],
  findings: [{ kind: 'constant', column: 'y', message: 'it has one value', remedy: 'leave it out' }],
};
const leakage = {
  ...{ format: 'stemma-leakage-v1', target: 'y', splits: { train: 3, test: 2 } },
  checks: [{ kind: 'duplicate', state: 'found', what: 'all rows' }],
  findings: [
    {
      ...{ kind: 'duplicate', certainty: 'certain', between: ['train', 'test'], column: null, message: 'one row' },
      ...{ measure: 'rows', value: 1, threshold: 1, evidence: [{ train: 'a', test: 2 }], remedy: 'drop it' },
    },
  ],
};

export const reportReader = (dep: string, content: object): Reader => ({
  name: `the report's dep ${dep}`,
  sources: ['src/learn/json.ts', 'stages/report/run.ts'],
  prepare: (folder) => {
    writeFileSync(join(folder, 'dep.json'), JSON.stringify(content));
    return 'dep.json';
  },
  read: (folder) => runStage(report, folder, { type: 'report', deps: { [dep]: join(folder, 'dep.json') } }),
  tells: stageError,
  runs: 60,
});

const plainImages: Omit<ImagesParams, 'most_pixels'> = {
  fit: 'fill',
  channels: 'auto',
  labels: 'none',
  broken: 'fail',
};

const ingestReader = (
  file: string,
  bytes: (path: string) => Promise<void> | void,
  more: readonly string[] = [],
): Reader => ({
  name: `a source ${file}`,
  sources: ['src/learn/data/ingest', ...more],
  prepare: async (folder) => {
    await bytes(join(folder, file));
    return file;
  },
  read: async (folder) => {
    for (const out of ['examples', 'schema.json', 'origins.parquet'])
      rmSync(join(folder, out), { recursive: true, force: true });
    const outs = {
      examples: join(folder, 'examples'),
      schema: join(folder, 'schema.json'),
      origins: join(folder, 'origins.parquet'),
    };
    mkdirSync(outs.examples);
    await ingest(join(folder, file), outs, ingestParams);
  },
  tells: stageError,
  runs: 12,
});

const ingestParams: IngestParams = { format: 'auto', types: {}, missing: ['', 'NA', 'nan'] };

const schemaReader: Reader = {
  name: 'a schema that a source is held against',
  sources: ['src/learn/json.ts', 'src/learn/data/ingest/schema-file.ts'],
  prepare: (folder) => {
    const column = {
      name: 'a',
      kind: 'number',
      missing: 0,
      required: true,
      unique: false,
      distinct: 1,
      min: 1,
      max: 1,
    };
    const schema = { format: 'stemma-schema-v1', rows: 1, target: null, columns: [column] };
    writeFileSync(join(folder, 'schema.json'), JSON.stringify(schema));
    return 'schema.json';
  },
  read: async (folder) => void (await readDataSchema(join(folder, 'schema.json'))),
  tells: stageError,
  runs: 60,
};

/** A folder with one file, as the stage reads it. */
const folderReader = (file: string, bytes: () => Promise<Buffer> | Buffer, params: JsonObject = {}): Reader => ({
  name: `a source with ${file}`,
  sources: [
    'src/learn/data/ingest/documents/read.ts',
    'src/learn/data/ingest/images/header.ts',
    'src/learn/data/ingest/images/pieces.ts',
  ],
  prepare: async (folder) => {
    mkdirSync(join(folder, 'source', dirname(file)), { recursive: true });
    writeFileSync(join(folder, 'source', file), await bytes());
    return `source/${file}`;
  },
  read: (folder) => runStage(ingestStage, folder, { type: 'ingest', deps: { source: join(folder, 'source') }, params }),
  tells: stageError,
  runs: 12,
});

const text = (content: string) => (path: string) => writeFileSync(path, content);
const golden = (name: string) => (path: string) => {
  const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../../learn/data/ingest', file), 'utf8')); // biome-ignore format: one line
  const files = { ...read('arrays.json'), ...read('packed.json').feather, ...read('lists.json') };
  writeFileSync(path, Buffer.from(files[name], 'base64'));
};
const table: readonly Json[] = [
  { a: 1, b: 'x' },
  { a: 2.5, b: null },
];

export const learnReaders: readonly Reader[] = [
  fittedReader,
  datasetReader('dataset.json', ['src/learn/json.ts', 'src/learn/data/dataset.ts'], 30),
  datasetReader('shards/00000.safetensors', ['src/learn/data/safetensors.ts'], 30),
  datasetReader('shards/00000.parquet', ['src/learn/data/table.ts'], 15),
  modelReader('stemma.json', ['src/learn/json.ts', 'src/learn/models/card.ts']),
  modelReader('model.json', ['src/learn/models/files.ts', 'src/learn/models/summary.ts']),
  modelReader('weights.bin', ['src/learn/models/files.ts']),
  ...foreignReaders,
  reportReader('history', history),
  reportReader('evaluation', evaluation),
  reportReader('preview', preview),
  reportReader('profile', profile),
  reportReader('leakage', leakage),
  {
    name: "a diagnosis' dep history",
    sources: ['src/learn/json.ts', 'src/learn/diagnosis/read-history.ts'],
    prepare: (folder) => {
      writeFileSync(join(folder, 'history.json'), JSON.stringify(history));
      return 'history.json';
    },
    read: async (folder) => void courseOf((await readJudgedHistory(join(folder, 'history.json'))).epochs),
    tells: stageError,
  },
  ...['position.json', '.safetensors', 'SHA256SUMS'].map(checkpointReader),
  ...['x', 'x.gz'].map(
    (file): Reader => ({
      name: `an IDX file ${file}`,
      sources: ['src/learn/data/idx.ts'],
      prepare: (folder) => {
        const bytes = idxBytes(
          [3, 2, 2],
          Uint8Array.from({ length: 12 }, (_, i) => i),
        );
        writeFileSync(join(folder, file), file.endsWith('.gz') ? gzipSync(bytes) : bytes);
        return file;
      },
      read: (folder) => readIdx(join(folder, file), 3),
      tells: stageError,
    }),
  ),
  {
    name: 'a table of synonyms',
    sources: ['src/learn/data/augment/augment.ts'],
    prepare: (folder) => {
      writeFileSync(join(folder, 'words.json'), '{ "film": ["movie", "picture"], "good": ["fine"] }');
      return 'words.json';
    },
    read: (folder) => readSynonyms(join(folder, 'words.json')),
    tells: stageError,
  },
  schemaReader,
  ...(['png', 'jpeg'] as const).map(
    (format): Reader => ({
      name: `an image of format ${format}`,
      sources: ['src/learn/data/ingest/images/header.ts', 'src/learn/data/ingest/images/decode.ts'],
      prepare: async (folder) => {
        const raw = { width: 12, height: 9, channels: 3 } as const;
        const data = Uint8Array.from({ length: 12 * 9 * 3 }, (_, at) => at % 256);
        await sharp(data, { raw })
          .toFormat(format)
          .toFile(join(folder, `image.${format}`));
        return `image.${format}`;
      },
      read: async (folder) => {
        coloursOf(readFileSync(join(folder, `image.${format}`)));
        await decode(join(folder, `image.${format}`), { ...plainImages, most_pixels: 10_000 });
      },
    }),
  ),
  {
    name: 'a data set in which a row is looked for',
    sources: ['src/learn/data/find-row/open-out.ts'],
    prepare: async (folder) => {
      await writeDataset(join(folder, 'set'), rows, headerFor(rows, 'digit'));
      return 'set/dataset.json';
    },
    read: (folder) => {
      const files = Object.fromEntries(
        ['dataset.json', 'shards/00000.parquet'].map((path) => [path, join(folder, 'set', path)]),
      );
      return findRow({ asked: { id: 'r1' }, outs: [{ stage: 's', out: 'o', type: 'dataset', files }] });
    },
    tells: stageError,
    runs: 15,
  },
  folderReader('a/1.png', () => {
    const raw = { width: 8, height: 8, channels: 1 } as const;
    return sharp(new Uint8Array(64), { raw }).toColourspace('b-w').png().toBuffer();
  }),
  folderReader('a/1.txt', () => Buffer.from('grün')),
  folderReader('a/1.json', () => Buffer.from('{"t":"x"}'), { format: 'texts', texts: { field: 't' } }),
  folderReader('a/1.eml', () =>
    Buffer.from('Subject: =?UTF-8?Q?=C3=BC?=\nContent-Type: text/html\n\n<p>a &amp; b</p>\n'),
  ),
  folderReader('a/1.mbox', () => Buffer.from('From a\nSubject: 1\n\n>From x\n\nFrom b\nSubject: 2\n\ny\n')),
  ingestReader('t.csv', text('a,b\n1,x\n2.5,"y\nz"\n')),
  ingestReader('t.json', text(JSON.stringify(table))),
  ingestReader('t.jsonl', text(table.map((row) => `${JSON.stringify(row)}\n`).join(''))),
  ingestReader('t.arrow', (path) => writeFileSync(path, tableToIPC(tableFromArrays({ a: Float64Array.of(1, 2.5) })))),
  ingestReader('lists.arrow', golden('plain.arrow')),
  ingestReader('lz4.feather', golden('lz4'), ['src/learn/data/ingest/lz4.ts']),
  ingestReader('zstd.feather', golden('zstd'), ['src/learn/data/ingest/zstd.ts']),
  ingestReader('f8.npy', golden('f8-fortran.npy'), ['src/learn/data/ingest/npy.ts']),
  ingestReader('set.npz', golden('set-compressed.npz'), ['src/learn/data/ingest/zip.ts']),
  ingestReader('t.parquet', (path) =>
    writeTable(path, [{ name: 'a', type: 'float64', values: Float64Array.of(1, 2.5) }]),
  ),
];
